"""What a help desk tells, read from the forms that it may have. Plain Python.

The form of our own is for every desk that can fill in a template. Zendesk's events and Zammad's
triggers are understood as those programs send them of themselves.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from feedback.helpdesk.case import ToldFile, is_meant

MAX_TEXT = 100_000  # characters
MAX_NAME = 200
MAX_ADDRESS = 2_000
ZENDESK = "zen:event-type:ticket."
ENDED = {"solved", "closed", "resolved", "merged"}


class What(StrEnum):
    """What has happened in the desk."""

    ANSWER = "answer"  # to the customer, by the staff
    NOTE = "note"  # for the staff alone
    REPLY = "reply"  # by the customer, who wrote to the desk
    RESOLVED = "resolved"
    REOPENED = "reopened"


class Unreadable(ValueError):
    """A message that has none of the known forms; the message of the error says what is missing."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that has happened. `number`: what the desk calls the message; empty of states.

    `files`: what is attached to it; None where the desk must be asked.
    """

    what: What
    key: str
    reference: str  # ours, where the desk knows it
    ticket: str
    number: str = ""
    text: str = ""
    author: str = ""
    url: str = ""
    at: datetime | None = None
    files: tuple[ToldFile, ...] | None = None


def read(said: Any) -> list[Told]:
    """Return what a message tells, nothing where it is of no interest; raises `Unreadable`."""
    if not isinstance(said, Mapping):
        raise Unreadable("it is no object of JSON")
    if str(said.get("type", "")).startswith("zen:"):
        return _zendesk(said)
    if isinstance(said.get("ticket"), Mapping):
        return _zammad(said)
    return [_own(said)]


def _own(said: Mapping[str, Any]) -> Told:
    try:
        what = What(str(said.get("event", "")).strip().lower())
    except ValueError:
        known = ", ".join(each.value for each in What)
        raise Unreadable(f"its event is none of {known}") from None
    reference, ticket = _text(said, "reference", MAX_NAME), _text(said, "ticket", MAX_NAME)
    if not (reference or ticket):
        raise Unreadable("it names neither reference nor ticket")
    text, number = _text(said, "text", MAX_TEXT), _text(said, "id", MAX_NAME)
    files = _files(said, "files", "name")
    if what in {What.ANSWER, What.NOTE, What.REPLY} and not (text or files):
        raise Unreadable("it holds no text")
    url = _text(said, "url", 2_000)
    return Told(
        what=what,
        key=f"{what}:{number}" if number else _digest(said),
        reference=reference,
        ticket=ticket,
        number=number,
        text=text,
        author=_text(said, "author", MAX_NAME),
        url=url if url.startswith("https://") else "",
        at=moment(said.get("at")),
        files=files,
    )


def _zendesk(said: Mapping[str, Any]) -> list[Told]:
    """Read an event of a Zendesk webhook that is connected to events of tickets."""
    kind = str(said["type"]).removeprefix(ZENDESK)
    detail, event = _part(said, "detail"), _part(said, "event")
    common: dict[str, Any] = {
        "reference": _text(detail, "external_id", MAX_NAME),
        "ticket": _text(detail, "id", MAX_NAME),
        "at": moment(said.get("time")),
    }
    if kind == "comment_added":
        comment = _part(event, "comment")
        author, text = _part(comment, "author"), _text(comment, "body", MAX_TEXT)
        number = _text(comment, "id", MAX_NAME)
        if not text:
            return []
        what = _kind_of_comment(
            is_public=bool(comment.get("is_public")), is_staff=bool(author.get("is_staff"))
        )
        return [
            Told(
                what,
                f"comment:{number}" if number else _digest(said),
                number=number,
                text=text,
                author=_text(author, "name", MAX_NAME),
                **common,
            )
        ]
    if kind == "status_changed":
        ended = str(event.get("current", "")).lower() in ENDED
        had_ended = str(event.get("previous", "")).lower() in ENDED
        if ended == had_ended:
            return []
        key = f"status:{said.get('id') or _digest(said)}"
        return [Told(What.RESOLVED if ended else What.REOPENED, key, **common)]
    return []


def _kind_of_comment(*, is_public: bool, is_staff: bool) -> What:
    if not is_public:
        return What.NOTE
    return What.ANSWER if is_staff else What.REPLY


def _zammad(said: Mapping[str, Any]) -> list[Told]:
    """Read what a trigger of Zammad sends: a ticket, and the article that pulled the trigger."""
    ticket, article = _part(said, "ticket"), _part(said, "article")
    state = ticket.get("state")
    name = str(
        _part(ticket, "state").get("name", "") if isinstance(state, Mapping) else state or ""
    )
    common: dict[str, Any] = {
        "reference": _reference_in(_text(ticket, "title", 2_000)),
        "ticket": _text(ticket, "id", MAX_NAME),
    }
    found: list[Told] = []
    text, number = _text(article, "body", MAX_TEXT), _text(article, "id", MAX_NAME)
    files = _files(article, "attachments", "filename")
    if (text or files) and number:
        sender = article.get("sender")
        by = _part(article, "created_by")
        found.append(
            Told(
                _kind_of_comment(
                    is_public=not article.get("internal"),
                    is_staff=str(sender).lower() in {"agent", "1"},
                ),
                f"comment:{number}",
                number=number,
                text=text,
                author=" ".join(
                    filter(None, (_text(by, "firstname", 100), _text(by, "lastname", 100)))
                ),
                at=moment(article.get("created_at")),
                files=files,
                **common,
            )
        )
    if name:
        ended = name.lower().split()[0] in ENDED
        at = moment(ticket.get("updated_at"))
        stamp = at.isoformat() if at else _digest(said)
        found.append(
            Told(
                What.RESOLVED if ended else What.REOPENED,
                f"state:{common['ticket']}:{name}:{stamp}",
                at=at,
                **common,
            )
        )
    return found


def _files(said: Mapping[str, Any], field: str, name: str) -> tuple[ToldFile, ...] | None:
    """Return the files that a message names with their addresses, None where it has no such field."""
    found = said.get(field)
    if not isinstance(found, list):
        return None
    files = [
        ToldFile(_text(each, name, MAX_NAME), _text(each, "url", MAX_ADDRESS))
        for each in found
        if isinstance(each, Mapping) and is_meant(each)
    ]
    return tuple(each for each in files if each.name or each.address)


def _reference_in(title: str) -> str:
    """Return the reference that the title of a ticket begins with: `[K7MQ-4XTP] The lamp`."""
    return title[1:].partition("]")[0] if title.startswith("[") else ""


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(said: Mapping[str, Any], name: str, most: int) -> str:
    found = said.get(name)
    if found is None or isinstance(found, bool | list | Mapping):
        return ""
    return str(found).replace("\x00", "").replace("\r\n", "\n").strip()[:most]


def _digest(said: Mapping[str, Any]) -> str:
    """Return a name for a message that has none: the same for the same words."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, default=str)
    return f"digest:{hashlib.sha256(text.encode()).hexdigest()}"


def moment(value: Any) -> datetime | None:
    """Return a moment that a desk names (ISO 8601, or seconds since 1970), None where it is none."""
    if isinstance(value, bool) or value in (None, ""):
        return None
    try:
        if isinstance(value, int | float) or str(value).strip().isdigit():
            return datetime.fromtimestamp(int(float(value)), UTC)
        found = datetime.fromisoformat(str(value).strip())
    except (ValueError, OverflowError, OSError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def bounded(at: datetime | None, opened: datetime, now: datetime) -> datetime:
    """Return when something happened: as the desk says, but neither before the request nor to come.

    Two clocks never agree; an answer before its question would spoil the figures.
    """
    return max(min(at or now, now), opened)
