"""What a mail becomes: a request, words of its customer, an answer of a colleague, or nothing.

None of these verbs commits; whoever takes the mail does, so that a mail that was taken is taken whole.
"""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.mailbox.addressing import claims
from feedback.mailbox.automatic import Kind, is_from_a_list, kind_of
from feedback.mailbox.bounces import bounced, request_of
from feedback.mailbox.finding import Place, colleague_at, place_of
from feedback.mailbox.language import language_of
from feedback.mailbox.models import Became, IncomingMail, Reason
from feedback.mailbox.notes import OTHER_ADDRESS, leave_note, tell_refused
from feedback.mailbox.parsing import File, Mail
from feedback.mailbox.proof import proof_of
from feedback.mailbox.quoting import above_mark, split
from feedback.models import Channel
from feedback.recording import open_visit
from feedback.requests.files.inspecting import MAX_FILES, Refusal, RefusedFile
from feedback.requests.files.keeping import keep_file
from feedback.requests.models import Author, ContactRequest, RequestMessage, Way
from feedback.requests.opening import Opening, open_request
from feedback.requests.thread import NewMessage, add_message
from feedback.visitors import program_visitor
from kb.accounts.models import User
from kb.db import utc_now
from kb.locales import settings
from kb.mail.addresses import NotSendable, checked_address

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REQUESTS_PER_SENDER = ((10, HOUR), (30, DAY))
WORDS_PER_REQUEST = ((20, HOUR), (100, DAY))
MAIL = "mail:"  # begins the names of answers that their authors sent to the customer themselves
LATE = timedelta(days=7)  # a mail that says to be older says so wrongly
LOGO_BYTES = 2_000  # a smaller picture inside a text is an ornament, or counts its readers
MAX_HTML = 100_000  # characters
TITLE_WORDS = 12  # of the first line, where a mail has no subject

_PREFIX = re.compile(
    r"^(?:\s*(?:re|tr|fw|fwd|rép|aw|wg|rv|i)(?:\[\d+\])?\s*:|\s*\[[^\]]{1,30}\])+\s*", re.IGNORECASE
)
_OF_THE_STUDIO = re.compile(r"/studio/requests/")


def become(session: Session, row: IncomingMail, mail: Mail) -> None:
    """Let a mail become what it is; `row` says what that was."""
    kind = kind_of(mail)
    if claims(mail.message_id):
        row.became, row.reason = Became.AUTO_REPLY, Reason.OWN
    elif kind in {Kind.BOUNCE, Kind.DELAY}:
        bounced(session, row, mail, is_final=kind is Kind.BOUNCE)
    elif kind is Kind.AUTO_REPLY:
        row.became, row.request_id = Became.AUTO_REPLY, request_of(session, mail)
    elif kind is not None:
        row.became = Became.SPAM
        row.reason = Reason.BULK if kind is Kind.BULK else ""
    else:
        _written(session, row, mail)


def hold(row: IncomingMail, reason: Reason, request: ContactRequest | None = None) -> None:
    """Leave a mail to a person; `request`: which it is about."""
    row.became, row.reason = Became.HELD, reason
    row.request_id = request.id if request else None


def _written(session: Session, row: IncomingMail, mail: Mail) -> None:
    """Take what somebody wrote, or hold it."""
    place = place_of(session, mail, proof_of(mail, settings().trusted_mail_server))
    held = place.held or _refused(session, mail, place)
    if held is not None:
        hold(row, held, place.request)
    elif place.is_answer and place.request is not None:
        as_answer(session, row, mail, place.request, place.colleague, name=mail.sender_name)
    elif place.may_write and place.request is not None:
        as_words(session, row, mail, place.request)
        row.reason = place.reason or ""
    else:
        as_request(session, row, mail, about=place.request)


def _refused(session: Session, mail: Mail, place: Place) -> Reason | None:
    """Return why a mail that may write waits nevertheless."""
    if not _is_address(mail.sender):
        return Reason.NO_SENDER
    if not mail.text.strip() and not mail.files:
        return Reason.NOTHING_SAID
    if place.may_write and place.request is not None:
        wrote = RequestMessage.created_at
        of = (RequestMessage.request_id == place.request.id, RequestMessage.via == Way.EMAIL)
        return Reason.TOO_MANY if _is_reached(session, wrote, of, WORDS_PER_REQUEST) else None
    asked = (ContactRequest.email == mail.sender, ContactRequest.via == Way.EMAIL)
    is_reached = _is_reached(session, ContactRequest.created_at, asked, REQUESTS_PER_SENDER)
    return Reason.TOO_MANY if is_reached else None


def _is_address(text: str) -> bool:
    try:
        checked_address(text)
    except NotSendable:
        return False
    return True


def _is_reached(
    session: Session, when: Any, which: Any, limits: tuple[tuple[int, timedelta], ...]
) -> bool:
    now = utc_now()
    return any(
        (session.scalar(select(func.count()).where(*which, when > now - window)) or 0) >= most
        for most, window in limits
    )


# What somebody wrote


def as_request(
    session: Session, row: IncomingMail, mail: Mail, *, about: ContactRequest | None = None
) -> ContactRequest:
    """Open a request; `about`: another one that this mail names, which went to another address."""
    config, moment = settings(), sent_at(mail)
    locale = language_of(
        f"{mail.subject}\n{split(mail.text).fresh}",
        config.locales,
        asked=mail.first("content-language"),
    )
    visitor = program_visitor("mail", session=mail.sender)
    if colleague_at(session, mail.sender) is not None:
        visitor = replace(visitor, is_staff=True)  # who tries it out counts apart, as on the site
    visit = open_visit(session, visitor, locale, moment, Channel.EMAIL)
    keys, refused = _kept_files(session, mail)
    text = mail.text.strip()
    request = open_request(
        session,
        Opening(
            subject=_PREFIX.sub("", mail.subject).strip() or _title(text) or _untitled(locale),
            message=text or mail.subject or _untitled(locale),
            email=checked_address(mail.sender),
            locale=locale,
            via=Way.EMAIL,
            channel=Channel.EMAIL,
            at=moment,
            name="" if "@" in mail.sender_name else mail.sender_name,
            visitor=visitor,
            visit_id=visit.id,
            files=keys,
        ),
    )
    row.became, row.request_id = Became.REQUEST, request.id
    row.owes_answer = not is_from_a_list(mail)
    if about is not None:
        row.reason = Reason.OTHER_ADDRESS
        leave_note(session, request, OTHER_ADDRESS, reference=about.reference)
    tell_refused(session, row, request, refused)
    return request


def as_words(
    session: Session, row: IncomingMail, mail: Mail, request: ContactRequest
) -> RequestMessage:
    """Add the words of a customer to their thread."""
    parts = split(mail.text)
    keys, refused = _kept_files(session, mail)
    message = add_message(
        session,
        request,
        NewMessage(
            Author.CUSTOMER,
            parts.fresh,
            html=mail.html if not parts.quoted and len(mail.html) <= MAX_HTML else "",
            quoted=parts.quoted,
            via=Way.EMAIL,
            author_name="" if "@" in mail.sender_name else mail.sender_name,
            message_id=row.message_id,
            at=max(sent_at(mail), request.created_at),
            files=keys,
        ),
    )
    row.became, row.request_id = Became.MESSAGE, request.id
    tell_refused(session, row, request, refused)
    return message


def as_answer(
    session: Session,
    row: IncomingMail,
    mail: Mail,
    request: ContactRequest,
    colleague: User | None = None,
    *,
    name: str = "",
) -> None:
    """Send what a colleague answered to a notice on to the customer, and never what it repeats."""
    above = above_mark(mail.text)
    fresh = split(above if above is not None else mail.text).fresh
    if _OF_THE_STUDIO.search(fresh):
        hold(row, Reason.NOTICE_REPEATED, request)
        return
    if not fresh:
        hold(row, Reason.NOTHING_SAID, request)
        return
    keys, refused = _kept_files(session, mail)
    # "Reply all" has told the customer already.
    has_gone = request.email.lower() in mail.recipients
    add_message(
        session,
        request,
        NewMessage(
            Author.STAFF,
            fresh,
            via=Way.EMAIL,
            user_id=colleague.id if colleague else None,
            author_name="" if colleague else name,
            external_id=f"{MAIL}{row.message_id}" if has_gone else None,
            files=keys,
        ),
    )
    row.became, row.request_id = Became.STAFF_ANSWER, request.id
    tell_refused(session, row, request, refused)


def sent_at(mail: Mail) -> datetime:
    """Return when a mail was sent, where it says so believably: customers wait since then."""
    now = utc_now()
    try:
        said = parsedate_to_datetime(mail.first("date"))
    except (TypeError, ValueError, IndexError, OverflowError):
        return now
    if said.tzinfo is None:
        return now
    return said.astimezone(now.tzinfo) if now - LATE < said < now else now


def _title(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return " ".join(first.split()[:TITLE_WORDS])[:200]


def _untitled(locale: str) -> str:
    with force_locale(locale):
        return str(_("(no subject)"))


def _kept_files(session: Session, mail: Mail) -> tuple[list[str], list[RefusedFile]]:
    """Keep the files of a mail; return their keys, and those that are not taken."""
    keys: list[str] = []
    refused: list[RefusedFile] = []
    for file in mail.files:
        if _is_ornament(file):
            continue
        if len(keys) >= MAX_FILES:
            refused.append(RefusedFile(Refusal.TOO_MANY, file.name))
            continue
        try:
            keys.append(keep_file(session, file.data, file.name).key)
        except RefusedFile as error:
            refused.append(error)
    return keys, refused


def _is_ornament(file: File) -> bool:
    return file.is_inline and file.media_type.startswith("image/") and len(file.data) < LOGO_BYTES
