"""The inbox as queries: which requests a view has, narrowed by filters, who waits longest first."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select

from feedback.models import Channel
from feedback.requests.models import Author, ContactRequest, RequestMessage, Way
from feedback.requests.references import spelt
from feedback.requests.studio.seeking import holds_all
from kb.db import db

NOBODY = "nobody"
REFERENCE_LENGTH = 9  # K7MQ-4XTP

E = TypeVar("E", bound=StrEnum)


class View(StrEnum):
    """A part of the inbox."""

    OPEN = "open"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    RESOLVED = "resolved"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list was asked for. `who`: the colleague whose requests are "mine"."""

    view: View = View.OPEN
    who: int = 0
    q: str = ""
    topic: int | None = None  # its number; 0: none was chosen
    tag: str = ""
    language: str = ""
    way: Way | None = None
    channel: Channel | None = None
    owner: str = ""  # the number of a colleague, or `NOBODY`

    @property
    def is_narrowed(self) -> bool:
        """Tell whether filters leave some out."""
        return self != Wanted(self.view, self.who)

    def arguments(self, **more: Any) -> dict[str, Any]:
        """Return what an address of the list says, with changes; nothing for what is the default."""
        said = {
            "view": self.view.value if self.view is not View.OPEN else "",
            "q": self.q,
            "topic": self.topic,
            "tag": self.tag,
            "language": self.language,
            "way": self.way.value if self.way else "",
            "channel": self.channel.value if self.channel else "",
            "owner": self.owner,
        }
        return {name: value for name, value in {**said, **more}.items() if value not in ("", None)}


def wanted_from(sent: Mapping[str, str], *, who: int) -> Wanted:
    """Return what an address asks for; what it cannot mean is left out."""
    topic = sent.get("topic", "")
    return Wanted(
        view=_one_of(View, sent.get("view")) or View.OPEN,
        who=who,
        q=" ".join(sent.get("q", "").split())[:200],
        topic=int(topic) if topic.isdecimal() and len(topic) < 10 else None,
        tag=sent.get("tag", "").strip(),
        language=sent.get("language", "").strip(),
        way=_one_of(Way, sent.get("way")),
        channel=_one_of(Channel, sent.get("channel")),
        owner=sent.get("owner", "").strip(),
    )


def _one_of(kinds: type[E], text: str | None) -> E | None:
    return next((each for each in kinds if each.value == text), None)


def listed(wanted: Wanted) -> Select[ContactRequest]:
    """Select the requests of the list, in its order."""
    return select(ContactRequest).where(*conditions(wanted)).order_by(*order(wanted.view))


def count_of(wanted: Wanted) -> int:
    """Return how many requests a list has."""
    return db.session.scalar(select(func.count(ContactRequest.id)).where(*conditions(wanted))) or 0


def page_of(wanted: Wanted, page: int, size: int) -> tuple[Sequence[ContactRequest], int, int]:
    """Return the requests of a page (the last one where there are fewer), its number, and how many in all.

    Words are looked for once: what is found is counted here, not in the database again.
    """
    if not wanted.q:
        count = count_of(wanted)
        page = min(max(page, 1), max(1, -(-count // size)))
        return (
            db.session.scalars(listed(wanted).limit(size).offset((page - 1) * size)).all(),
            page,
            count,
        )
    numbers = db.session.scalars(listed(wanted).with_only_columns(ContactRequest.id)).all()
    page = min(max(page, 1), max(1, -(-len(numbers) // size)))
    some = numbers[(page - 1) * size : page * size]
    found = select(ContactRequest).where(ContactRequest.id.in_(some)).order_by(*order(wanted.view))
    return db.session.scalars(found).all(), page, len(numbers)


def counts(wanted: Wanted) -> dict[View, int]:
    """Return how many requests of each view wait for somebody; what is over is not counted."""
    plain = Wanted(who=wanted.who)
    views = (View.OPEN, View.MINE, View.UNASSIGNED, View.WAITING)
    return {each: count_of(replace(plain, view=each)) for each in views}


def conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Yield what a request of the list fulfils."""
    yield _in_view(wanted)
    if wanted.topic is not None:
        yield ContactRequest.topic_id == (wanted.topic or None)
    if wanted.tag:
        yield has_tag(wanted.tag)
    if wanted.language:
        yield ContactRequest.locale == wanted.language
    if wanted.way is not None:
        yield ContactRequest.via == wanted.way
    if wanted.channel is not None:
        yield ContactRequest.channel == wanted.channel
    if wanted.owner == NOBODY:
        yield ContactRequest.assigned_to_id.is_(None)
    elif wanted.owner.isdecimal():
        yield ContactRequest.assigned_to_id == int(wanted.owner)
    if wanted.q:
        yield holds(wanted.q)


def _in_view(wanted: Wanted) -> ColumnElement[bool]:
    if wanted.view is View.SPAM:
        return ContactRequest.is_bot.is_(True)
    is_open = and_(ContactRequest.resolved_at.is_(None), ContactRequest.is_bot.is_(False))
    match wanted.view:
        case View.OPEN:
            return and_(is_open, ContactRequest.waiting_since.is_not(None))
        case View.MINE:
            return and_(is_open, ContactRequest.assigned_to_id == wanted.who)
        case View.UNASSIGNED:
            return and_(is_open, ContactRequest.assigned_to_id.is_(None))
        case View.WAITING:
            return and_(is_open, ContactRequest.waiting_since.is_(None))
        case View.RESOLVED:
            return and_(ContactRequest.resolved_at.is_not(None), ContactRequest.is_bot.is_(False))


def order(view: View) -> tuple[ColumnElement[Any], ...]:
    """Return the order of a view: who waits longest for us first, then who has been silent longest."""
    if view in {View.RESOLVED, View.SPAM}:
        newest = ContactRequest.resolved_at if view is View.RESOLVED else ContactRequest.created_at
        return newest.desc(), ContactRequest.id.desc()
    if view is View.WAITING:
        return ContactRequest.last_at.asc(), ContactRequest.id.asc()
    if view is View.OPEN:
        return ContactRequest.waiting_since.asc(), ContactRequest.id.asc()
    return (
        ContactRequest.waiting_since.is_(None).asc(),
        ContactRequest.waiting_since.asc(),
        ContactRequest.last_at.asc(),
        ContactRequest.id.asc(),
    )


def has_tag(tag: str) -> ColumnElement[bool]:
    """Tell whether a request carries a tag: as it is written in the JSON of the list."""
    return cast(ContactRequest.tags, String).contains(json.dumps(tag), autoescape=True)


def holds(query: str) -> ColumnElement[bool]:
    """Tell whether a request is the one named, or holds every word: in its thread, or of its sender."""
    return or_(ContactRequest.reference == spelt(query), holds_all(query))


def named(query: str) -> str | None:
    """Return the reference of the request that a query names outright, None for any other query."""
    reference = spelt(query)
    if len(reference) != REFERENCE_LENGTH or len(query) > REFERENCE_LENGTH + 2:
        return None
    return db.session.scalar(
        select(ContactRequest.reference).where(ContactRequest.reference == reference)
    )


def bounced(found: Sequence[ContactRequest]) -> set[int]:
    """Return the numbers of those requests whose last answer did not reach its customer."""
    newest = (
        select(func.max(RequestMessage.id))
        .where(
            RequestMessage.request_id.in_([each.id for each in found]),
            RequestMessage.author == Author.STAFF,
            RequestMessage.is_note.is_(False),
        )
        .group_by(RequestMessage.request_id)
    )
    return set(
        db.session.scalars(
            select(RequestMessage.request_id).where(
                RequestMessage.id.in_(newest), RequestMessage.undelivered != ""
            )
        )
    )


def tags_in_use() -> list[str]:
    """Return the tags that requests carry, in the order of letters."""
    lists = db.session.scalars(
        select(cast(ContactRequest.tags, String))
        .where(cast(ContactRequest.tags, String).not_in(["[]", "null"]))
        .distinct()
    )
    return sorted({tag for each in lists for tag in json.loads(each)})
