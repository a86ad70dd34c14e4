"""What a request can be about, and what its form asks, in the language of a reader."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback.channels.models import Topic, TopicField
from kb.db import db
from kb.formats import shown_date
from kb.locales import settings


class FieldKind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes-no"


@dataclass(frozen=True, slots=True)
class AskedField:
    """A question of the form; `options` of a choice are (key, label)."""

    key: str
    kind: FieldKind
    label: str
    hint: str
    options: tuple[tuple[str, str], ...]
    is_required: bool


@dataclass(frozen=True, slots=True)
class AskedTopic:
    """A subject of requests, with the questions that its form asks."""

    id: int
    key: str
    name: str
    category_id: int | None
    fields: tuple[AskedField, ...]


def topics(locale: str) -> list[AskedTopic]:
    """Return the topics that are offered, in their order."""
    query = (
        select(Topic)
        .where(Topic.is_active.is_(True))
        .options(selectinload(Topic.fields))
        .order_by(Topic.position, Topic.id)
    )
    return [_asked(each, locale) for each in db.session.scalars(query)]


def topic(topic_id: int | None, locale: str) -> AskedTopic | None:
    """Return a topic, offered or not; None where there is none."""
    found = db.session.get(Topic, topic_id) if topic_id is not None else None
    return _asked(found, locale) if found is not None else None


def _asked(found: Topic, locale: str) -> AskedTopic:
    fields = tuple(_field(each, locale) for each in found.fields if each.is_active)
    return AskedTopic(
        found.id, found.key, in_language(found.names, locale, found.key), found.category_id, fields
    )


def _field(field: TopicField, locale: str) -> AskedField:
    return AskedField(
        field.key,
        FieldKind(field.kind),
        in_language(field.labels, locale, field.key),
        in_language(field.hints, locale),
        tuple(
            (option["key"], in_language(option["labels"], locale, option["key"]))
            for option in field.options
        ),
        field.is_required,
    )


def in_language(words: Mapping[str, str], locale: str, otherwise: str = "") -> str:
    """Return words in a language, else in the site's own, else in any, else `otherwise`."""
    wanted = (locale, settings().default_locale, *words)
    return next((words[each] for each in wanted if words.get(each)), otherwise)


def answers_in_words(
    topic_id: int | None, details: Mapping[str, Any], locale: str
) -> list[tuple[str, str]]:
    """Return (label, answer) of what a request's fields were answered, in the order of the form.

    Fields taken away since keep their labels; what no field explains any more is called by its key.
    """
    found = db.session.get(Topic, topic_id) if topic_id is not None else None
    fields = {each.key: each for each in found.fields} if found is not None else {}
    keys = [
        *(key for key in fields if key in details),
        *(key for key in details if key not in fields),
    ]
    with force_locale(locale):
        return [
            (_label(fields.get(key), key, locale), _said(fields.get(key), details[key], locale))
            for key in keys
            if details[key] not in (None, "")
        ]


def _label(field: TopicField | None, key: str, locale: str) -> str:
    return in_language(field.labels, locale, key) if field is not None else key


def _said(field: TopicField | None, value: Any, locale: str) -> str:
    if isinstance(value, bool):
        return str(_("Yes")) if value else str(_("No"))
    if field is not None and field.kind == FieldKind.CHOICE:
        labels = {option["key"]: option["labels"] for option in field.options}
        return in_language(labels.get(str(value), {}), locale, str(value))
    if field is not None and field.kind == FieldKind.YES_NO and value in {"yes", "no"}:
        return str(_("Yes")) if value == "yes" else str(_("No"))
    if field is not None and field.kind == FieldKind.DATE:
        with suppress(ValueError):
            return shown_date(date.fromisoformat(str(value)))
    return str(value)
