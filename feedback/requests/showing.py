"""A thread as it is read: the first message and those after it, each with its author and its files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape
from sqlalchemy import select

from articles.models import Translation
from articles.rendering import preview_html
from articles.views import address_of, site_root
from feedback.requests.files.keeping import files_of
from feedback.requests.lines import kept_lines
from feedback.requests.models import Author, ContactRequest, RequestFile, RequestMessage, Way
from feedback.requests.thread import messages_of
from kb.accounts.models import User
from kb.db import db

# Names of headings would stand twice on a page that shows several answers.
_ANCHOR = re.compile(
    r'(<h[2-6]) id="[^"]*">|<a class="heading-link"[^>]*>(.*?)</a>(?=</h)', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something said in a thread. `number` is that of the message, 0 for the first words of all.

    `name`: of a colleague, or of a customer who gave one; empty otherwise.
    """

    number: int
    author: Author
    name: str
    at: datetime
    html: Markup
    via: Way
    is_note: bool = False
    is_automatic: bool = False
    is_mere_thanks: bool = False  # said after the end, which it left as it was
    quoted: str = ""
    undelivered: str = ""
    files: tuple[RequestFile, ...] = ()


def entries_of(request: ContactRequest, *, notes: bool = False) -> list[Entry]:
    """Return a thread in its order; the notes of the staff are for the staff."""
    messages = db.session.scalars(messages_of(request, notes=notes)).all()
    files: dict[int | None, list[RequestFile]] = {}
    for each in files_of(request):
        files.setdefault(each.message_id, []).append(each)
    names = _names({each.user_id for each in messages if each.user_id})
    first = Entry(
        0,
        Author.CUSTOMER,
        request.name,
        request.created_at,
        plain_html(request.message),
        request.via,
        files=tuple(files.get(None, ())),
    )
    return [
        first,
        *(_entry(each, request, names, tuple(files.get(each.id, ()))) for each in messages),
    ]


def _entry(
    message: RequestMessage,
    request: ContactRequest,
    names: Mapping[int, str],
    files: tuple[RequestFile, ...],
) -> Entry:
    is_staff = message.author is Author.STAFF
    name = names.get(message.user_id or 0, "") or message.author_name
    return Entry(
        message.id,
        message.author,
        name or ("" if is_staff else request.name),
        message.created_at,
        answer_html(message.text, request.locale) if is_staff else plain_html(message.text),
        message.via,
        is_note=message.is_note,
        is_automatic=message.is_automatic,
        is_mere_thanks=_is_mere_thanks(message, request),
        quoted=message.quoted,
        undelivered=message.undelivered,
        files=files,
    )


def _is_mere_thanks(message: RequestMessage, request: ContactRequest) -> bool:
    """Tell whether a message came after the end: any other words would have taken it back."""
    if message.author is not Author.CUSTOMER or message.is_automatic:
        return False
    return request.resolved_at is not None and message.created_at > request.resolved_at


def _names(ids: set[int]) -> dict[int, str]:
    """Return the names that colleagues have given; addresses are nobody else's business."""
    if not ids:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in rows}


def answer_html(text: str, locale: str, *, external: bool = False) -> Markup:
    """Return what the staff wrote in Markdown, as the site shows it; links to articles lead there.

    `external`: with whole addresses, for mails.
    """

    def address(translation: Translation) -> str:
        return address_of(translation, external=external)

    if not external:  # whole addresses of this very site lead to no other one
        text = text.replace(f"]({site_root()}/", "](/")
    html = preview_html(kept_lines(text), "", locale, address)
    return Markup(_ANCHOR.sub(_without_anchor, html))  # noqa: S704  # sanitised by the pipeline


def _without_anchor(found: re.Match[str]) -> str:
    return f"{found[1]}>" if found[1] else found[2]


def plain_html(text: str) -> Markup:
    """Return what customers wrote: letters, paragraphs and line ends, nothing else."""
    paragraphs = (each.strip("\n") for each in re.split(r"\n{2,}", text))
    return Markup().join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in each.split("\n")))
        for each in paragraphs
        if each
    )
