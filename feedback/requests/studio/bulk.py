"""Acts on many requests of the inbox at once; each is offered to be taken back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_security import current_user
from sqlalchemy import select

from articles.studio import undo
from articles.studio.models import ChangeSet
from feedback.requests import resolving
from feedback.requests.models import ContactRequest
from feedback.requests.studio import acting
from kb.accounts.models import User
from kb.db import db

CHUNK = 500  # numbers in one query
MOST = 2_000  # requests of one act


class Act(StrEnum):
    """What can be done to many at once."""

    ASSIGN = "assign"
    TAG = "tag"
    UNTAG = "untag"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    SPAM = "spam"
    GENUINE = "genuine"


LABELS: dict[Act, LazyString] = {
    Act.ASSIGN: _l("Give to…"),
    Act.TAG: _l("Add the tag…"),
    Act.UNTAG: _l("Take off the tag…"),
    Act.RESOLVE: _l("Mark as resolved"),
    Act.REOPEN: _l("Open again"),
    Act.SPAM: _l("Set aside as spam"),
    Act.GENUINE: _l("Not spam"),
}
_UNDONE_AS: dict[Act, LazyString] = {
    Act.ASSIGN: _l("requests given to somebody"),
    Act.TAG: _l("requests tagged"),
    Act.UNTAG: _l("a tag taken off requests"),
    Act.RESOLVE: _l("requests resolved"),
    Act.REOPEN: _l("requests opened again"),
    Act.SPAM: _l("requests set aside as spam"),
    Act.GENUINE: _l("requests taken out of the spam"),
}


@dataclass(frozen=True, slots=True)
class Done:
    """How many requests an act changed, and what takes it back."""

    changed: int
    change: ChangeSet | None


def apply(act: Act, numbers: Sequence[int], value: Any = None) -> Done:
    """Do an act to requests, uncommitted; `value` is a colleague or None, or a tag."""
    before = []
    for request in _requests(numbers[:MOST]):
        was = _state(act, request, value)
        if _DOERS[act](request, value):
            now = _state(act, request, value)
            before.append({"id": request.id, "was": was, "now": now, "tag": _text(act, value)})
    change = undo.keep(f"requests.{act.value}", before) if before else None
    db.session.flush()
    return Done(len(before), change)


def _requests(numbers: Sequence[int]) -> Iterator[ContactRequest]:
    each_once = list(dict.fromkeys(numbers))
    for start in range(0, len(each_once), CHUNK):
        chunk = each_once[start : start + CHUNK]
        query = select(ContactRequest).where(ContactRequest.id.in_(chunk))
        yield from db.session.scalars(query.order_by(ContactRequest.id)).all()


def _text(act: Act, value: Any) -> str:
    return acting.tag_of(value) if act in {Act.TAG, Act.UNTAG} else ""


def _state(act: Act, request: ContactRequest, value: Any) -> Any:
    match act:
        case Act.ASSIGN:
            return request.assigned_to_id
        case Act.TAG | Act.UNTAG:
            return _text(act, value) in request.tags
        case Act.RESOLVE | Act.REOPEN:
            return request.resolved_at is not None
        case Act.SPAM | Act.GENUINE:
            return request.is_bot


def _assign(request: ContactRequest, to: User | None) -> bool:
    return acting.assign(request, to, by_id=current_user.id)


def _resolve(request: ContactRequest, _value: None) -> bool:
    if request.resolved_at is not None:
        return False
    resolving.resolve(request)
    return True


def _reopen(request: ContactRequest, _value: None) -> bool:
    if request.resolved_at is None:
        return False
    resolving.reopen(request)
    return True


_DOERS: dict[Act, Callable[[ContactRequest, Any], bool]] = {
    Act.ASSIGN: _assign,
    Act.TAG: acting.tag,
    Act.UNTAG: acting.untag,
    Act.RESOLVE: _resolve,
    Act.REOPEN: _reopen,
    Act.SPAM: lambda request, _value: acting.mark_spam(request),
    Act.GENUINE: lambda request, _value: acting.mark_genuine(request),
}
_BACK = {
    Act.TAG: Act.UNTAG,
    Act.UNTAG: Act.TAG,
    Act.RESOLVE: Act.REOPEN,
    Act.REOPEN: Act.RESOLVE,
    Act.SPAM: Act.GENUINE,
    Act.GENUINE: Act.SPAM,
}


def take_back(change: ChangeSet) -> undo.Undone:
    """Undo an act where requests are as it left them; uncommitted."""
    act, done, kept = Act(change.act.removeprefix("requests.")), 0, []
    known = {each["id"]: each for each in change.before}
    for request in _requests(list(known)):
        was = known[request.id]
        if _state(act, request, was["tag"]) != was["now"]:
            kept.append(request.reference)
            continue
        if act is Act.ASSIGN:
            former = db.session.get(User, was["was"]) if was["was"] else None
            _assign(request, former)
        else:
            _DOERS[_BACK[act]](request, was["tag"])
        done += 1
    return undo.Undone(done, tuple(kept))


def init_app(app: Flask) -> None:
    """Say how each act is undone."""
    for act, label in _UNDONE_AS.items():
        undo.register(app, f"requests.{act.value}", label, take_back)
