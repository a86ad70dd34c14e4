"""Tell who wrote a mail that it has come, with the articles that may answer it.

Apart from taking it: to look for articles needs the model, which takes its time, and a mail server that
hands a mail over does not wait.
"""

from datetime import timedelta

from sqlalchemy import select, update

from articles.models import Translation
from articles.views import address_of
from feedback.contact.form import Letter
from feedback.contact.suggesting import questions, suggestions
from feedback.mailbox.letters import Offer
from feedback.mailbox.models import IncomingMail
from feedback.mailbox.outgoing import confirm, gets_copy
from feedback.mailbox.solving import solved_address
from feedback.models import Channel
from feedback.recording import record_search, shown_by
from feedback.requests.models import ContactRequest
from feedback.visitors import program_visitor
from kb.db import db
from kb.mail.speaking import speaking
from search.views import audiences, engine, wait_for_meaning

AT_ONCE = 50  # mails of one round
MODEL_SECONDS = 60.0  # then words alone must do; nobody waits but this task
MOMENT = timedelta(seconds=1)  # the search belongs before the request that it did not spare


def acknowledge() -> int:
    """Put the confirmations that are owed into the outbox; return how many.

    Safe to run twice at once: each is claimed in the transaction that puts it there.
    """
    owed = (
        select(IncomingMail.id, IncomingMail.request_id)
        .where(IncomingMail.owes_answer, IncomingMail.request_id.is_not(None))
        .order_by(IncomingMail.id)
        .limit(AT_ONCE)
    )
    rows = db.session.execute(owed).all()
    db.session.rollback()  # no transaction stays open while articles are looked for
    if rows:
        wait_for_meaning(MODEL_SECONDS)
    return sum(_acknowledge(mail_id, request_id or 0) for mail_id, request_id in rows)


def _acknowledge(mail_id: int, request_id: int) -> bool:
    request = db.session.get(ContactRequest, request_id)
    offers = _offers(request) if request else []
    claimed = db.session.scalar(
        update(IncomingMail)
        .where(IncomingMail.id == mail_id, IncomingMail.owes_answer)
        .values(owes_answer=False)
        .returning(IncomingMail.id)
        .execution_options(synchronize_session=False)
    )
    request = db.session.get(ContactRequest, request_id)
    is_due = claimed is not None and request is not None and gets_copy(db.session(), request)
    if is_due and request is not None:
        confirm(request, offers)
    db.session.commit()
    return is_due


def _offers(request: ContactRequest) -> list[Offer]:
    """Return what the site would have shown beside the form; the search counts like any other."""
    letter = Letter(request.subject, request.message)
    locale, sender = request.locale, request.email
    with speaking(locale):
        hits = suggestions(letter, locale)
        _record(letter, locale, sender, request)
        numbers = [int(each.document_id) for each in hits]
        if numbers and request.subject_id is None:
            request.subject_id = numbers[0]
            db.session.commit()
        return [
            Offer(found.title, address_of(found, external=True), solved_address(request, found))
            for each in numbers
            if (found := db.session.get(Translation, each)) is not None
        ]


def _record(letter: Letter, locale: str, sender: str, request: ContactRequest) -> None:
    query = next(questions(letter), "")
    if not query:
        return
    results = engine().search(query, locale=locale, audiences=audiences())
    record_search(
        program_visitor("mail", session=sender, at=request.created_at),
        query=query,
        locale=locale,
        shown=shown_by(results),
        channel=Channel.EMAIL,
        at=request.created_at - MOMENT,
    )
