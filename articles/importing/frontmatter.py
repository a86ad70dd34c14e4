"""The block of YAML at the head of a file, read into what KB knows; the rest is kept aside."""

import html
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from articles.markdown import slugify
from articles.models import Audience, Kind, Stage

_BLOCK = re.compile(r"---[ \t]*\n(.*?)(?:^---|^\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
# A rule above a text starts with --- too, but no line of keys and values comes right after it.
_NEVER_CLOSED = re.compile(r"---[ \t]*\n[a-zA-Z][\w-]*:(?:[ \t][^\n]*)?(?:\n|\Z)")
_ADOBE_MARK = re.compile(r"\[!([A-Z]{2,})[ ]+([^\[\]]+)\]")
# YAML and entities may spell characters that no database takes and no page shows.
_UNUSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
EARLIEST_YEAR = 1900
MAX_NUMBER = 1_000_000
_Choice = TypeVar("_Choice", bound=StrEnum)
Complain = Callable[[int, str, str], None]
"""Called with (line, reason, action)."""


class BrokenFrontMatter(ValueError):
    """The block is not YAML, or not a mapping; `line` counts from the top of the file."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Meta:
    """What the head of a file says. Empty values and None mean that it says nothing."""

    title: str = ""
    summary: str = ""
    kind: Kind | None = None
    stage: Stage | None = None
    category: str = ""
    subcategory: str = ""
    slug: str = ""
    former_slugs: tuple[str, ...] = ()
    locale: str = ""
    key: str = ""
    keywords: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    published: datetime | None = None
    archived: datetime | None = None
    updated: datetime | None = None
    is_draft: bool = False
    owner: str = ""
    position: int | None = None
    audience: Audience | None = None
    tags: tuple[str, ...] = ()
    source_locale: str = ""
    verify_by: datetime | None = None
    verified: datetime | None = None
    verified_by: str = ""
    successor: str = ""
    old_addresses: tuple[str, ...] = ()
    has_keywords: bool = False  # of its own: else those of the tags
    is_archived_undated: bool = False  # `archived: true`, which is read as now
    extra: dict[str, Any] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """YAML without aliases, which let a small file stand for gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are refused", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def load_yaml(text: str, *, first_line: int = 1) -> Any:
    """Return the value of a YAML text. Raises `BrokenFrontMatter`."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    except yaml.MarkedYAMLError as reason:
        mark = reason.problem_mark
        line = mark.line + first_line if mark else first_line
        raise BrokenFrontMatter(f"broken YAML ({reason.problem})", line) from reason
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError, TypeError) as reason:
        raise BrokenFrontMatter("broken YAML", first_line) from reason


def split(text: str) -> tuple[dict[str, Any], str, int]:
    """Return (front matter, body, line number at which the body starts).

    Raises `BrokenFrontMatter`.
    """
    above = len(text) - len(text.lstrip())  # blank lines before the block are forgiven
    match = _BLOCK.match(text, above)
    if match is None and _NEVER_CLOSED.match(text, above):
        line = text.count("\n", 0, above) + 1
        raise BrokenFrontMatter("front matter that is never closed", line)
    values = load_yaml(match[1], first_line=text.count("\n", 0, above) + 2) if match else {}
    if values is None:
        values = {}
    if match and not isinstance(values, dict):
        if not isinstance(values, list):
            return _body(text, {}, 0)  # text between two rules, not front matter
        raise BrokenFrontMatter("front matter is not a list of keys and values", 2)
    return _body(text, values, match.end() if match else 0)


def _body(text: str, values: dict[str, Any], start: int) -> tuple[dict[str, Any], str, int]:
    """Return the body from its first line with words on, and that line's number."""
    body = text[start:]
    start += len(body) - len(body.lstrip("\n"))
    return values, text[start:], text.count("\n", 0, start) + 1


def read(values: dict[str, Any], complain: Complain) -> Meta:
    """Return what the front matter says; a value that makes no sense is reported and left out."""
    rest = {_usable(str(key)): value for key, value in values.items()}
    take = _Taker(rest, complain)
    published = take.value("published", "date", "published_at")
    status = str(rest.get("status", "")).lower()
    if status in {"draft", "published", "archived"}:
        rest.pop("status")
    is_draft = rest.pop("draft", False) is True or status == "draft" or published is False
    archived = take.value("archived")
    tags = take.texts("tags")
    # Most sites have one list of words only, and call it tags: it serves as both.
    has_keywords = "keywords" in rest
    keywords = take.texts("keywords") if has_keywords else tags
    return Meta(
        title=clean_words(take.text("title")),
        summary=clean_words(take.text("summary", "description", "excerpt")),
        kind=take.choice(Kind, "kind"),
        stage=take.choice(Stage, "stage"),
        category=take.text("category"),
        subcategory=take.text("subcategory"),
        slug=take.slug("slug"),
        former_slugs=tuple(filter(None, map(slugify, take.texts("former_slugs")))),
        locale=take.text("locale", "lang", "language"),
        key=take.slug("key"),
        keywords=keywords,
        answers=take.texts("answers"),
        synonyms=take.texts("synonyms"),
        published=take.moment("published", published),
        archived=take.moment("archived", archived or (True if status == "archived" else None)),
        updated=take.moment("updated", take.value("updated", "last_updated", "lastmod")),
        is_draft=is_draft,
        owner=take.text("owner", "author"),
        position=take.number("position"),
        audience=take.choice(Audience, "audience"),
        tags=tags,
        source_locale=take.text("source_locale"),
        verify_by=take.moment("verify_by", take.value("verify_by")),
        verified=take.moment("verified", take.value("verified")),
        verified_by=take.text("verified_by"),
        successor=take.slug("successor"),
        old_addresses=take.texts("old_addresses"),
        has_keywords=has_keywords,
        is_archived_undated=archived is True or (not archived and status == "archived"),
        extra={key: _plain(value) for key, value in rest.items()},
    )


def clean_words(text: str) -> str:
    """Return a title or summary on one line, entities decoded, translators' marks removed."""
    return " ".join(_usable(_ADOBE_MARK.sub(r"\2", html.unescape(text))).split())


def _usable(text: str) -> str:
    return _UNUSABLE.sub("", text)


@dataclass(slots=True)
class _Taker:
    """Takes values out of the front matter under any of their names."""

    rest: dict[str, Any]
    complain: Complain

    def value(self, *names: str) -> Any:
        """Take the first name that has a value of a plain kind."""
        for name in names:
            found = self.rest.get(name)
            if found is not None and not isinstance(found, dict):
                return self.rest.pop(name)
            if name in self.rest and found is None:
                del self.rest[name]
        return None

    def text(self, *names: str) -> str:
        found = self.value(*names)
        if isinstance(found, list):
            found = found[0] if found else ""
        if isinstance(found, (datetime, date)):
            found = found.isoformat()
        return " ".join(_usable(str(found)).split()) if found is not None else ""

    def texts(self, *names: str) -> tuple[str, ...]:
        found = self.value(*names)
        parts = found if isinstance(found, list) else str(found or "").split(",")
        return tuple(
            dict.fromkeys(filter(None, (" ".join(_usable(str(p)).split()) for p in parts)))
        )

    def slug(self, name: str) -> str:
        written = self.text(name).strip("/")
        slug = slugify(written.rpartition("/")[2])
        if written and not slug:
            self.complain(1, f"“{written}” cannot be an address", "another was made")
        return slug

    def choice(self, choices: type[_Choice], name: str) -> _Choice | None:
        written = self.text(name)
        wanted = slugify(written)
        for choice in choices:
            if choice.value == wanted:
                return choice
        if written:
            known = ", ".join(choices)
            self.complain(1, f"unknown {name} “{written}” (known: {known})", "left out")
        return None

    def number(self, name: str) -> int | None:
        written = self.text(name)
        if not written:
            return None
        try:
            number = int(float(written))
        except (ValueError, OverflowError):
            number = MAX_NUMBER + 1
        if abs(number) <= MAX_NUMBER:
            return number
        self.complain(1, f"{name} “{written}” is not a number of use", "left out")
        return None

    def moment(self, name: str, value: Any) -> datetime | None:
        if value is True and name == "archived":
            return datetime.now(UTC)
        if value is None or isinstance(value, bool):
            return None
        try:
            return _moment(value)
        except (ValueError, TypeError, OverflowError):
            self.complain(1, f"{name} “{_plain(value)}” is not a date", "left out")
            return None


def _moment(value: Any) -> datetime:
    """Return a date or time in UTC, which a time without a zone is taken to be in already."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime):
        raise TypeError(value)
    moment = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    if moment.year < EARLIEST_YEAR:
        raise ValueError(value)
    return moment


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold and YAML gives back."""
    if isinstance(value, dict):
        return {_usable(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(each) for each in value]
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # JSON has no word for it
    return value if isinstance(value, (int, float, bool, type(None))) else _usable(str(value))
