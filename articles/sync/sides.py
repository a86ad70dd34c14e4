"""What a file says of a translation, and what the site says of it, in one form that compares.

Fields are those of the front matter, as JSON holds them. A file states some of them only; what it
does not state, it leaves to the site.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from articles.exporting import Layout, front_matter, public_words
from articles.importing.sources import SourceFile
from articles.models import Translation

LISTS = ("tags", "keywords", "answers", "synonyms")
MOMENTS = ("verify_by", "published", "archived")
TEXTS = ("title", "summary")
EXTRA = "x:"  # before the name of a key that KB does not know
FIELDS = (
    "title", "summary", "kind", "stage", "category", "position", "slug", "source_locale",
    "audience", "owner", "verify_by", "successor", "tags", "keywords", "answers", "synonyms",
    "draft", "published", "archived",
)  # fmt: skip
# Kept by the site for itself: a file that named them would change with every save.
_OF_THE_SITE = {
    "key", "locale", "former_slugs", "old_addresses", "verified", "verified_by", "updated",
}  # fmt: skip
_BLANK_TOP = re.compile(r"\A(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Side:
    """The fields that are stated, and the Markdown with its links as the database has them."""

    fields: Mapping[str, Any]
    body: str

    def plain(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {"fields": dict(self.fields), "body": self.body}


def side_from(plain: Mapping[str, Any]) -> Side:
    """Return what `Side.plain` wrote."""
    return Side(plain["fields"], plain["body"])


def side_of_site(translation: Translation, layout: Layout) -> Side:
    """Return what the site says: the public words, the newest ones of a draft."""
    words = public_words(translation)
    head = front_matter(translation, words, layout)
    fields: dict[str, Any] = {}
    for name, value in head.items():
        if name in words.extra:
            fields[EXTRA + name] = value
        elif name not in _OF_THE_SITE and value not in ([], 0):
            fields[name] = value.isoformat() if isinstance(value, datetime) else value
    fields["title"] = words.title  # a file writes entities out, see `exporting`
    if words.summary:
        fields["summary"] = words.summary
    return Side(fields, tidy(words.body))


def side_of_file(source: SourceFile, body: str, category: str) -> Side:
    """Return what a file says; `body` has its links settled, `category` is the key of its own."""
    meta = source.meta
    said: dict[str, Any] = {name: getattr(meta, name, None) for name in FIELDS}
    said |= {"title": source.title, "category": category, "draft": meta.is_draft}
    said |= {name: list(getattr(meta, name)) for name in LISTS}
    said |= {name: _moment(getattr(meta, name)) for name in MOMENTS}
    said["archived"] = True if meta.is_archived_undated else said["archived"]
    said |= {name: each.value for name in ("kind", "stage", "audience") if (each := said[name])}
    fields = {name: value for name, value in said.items() if value not in (None, "", [], 0, False)}
    if fields.get("audience") == "everyone":
        del fields["audience"]
    if not meta.has_keywords:
        fields.pop("keywords", None)
    return Side(fields | {EXTRA + name: value for name, value in meta.extra.items()}, tidy(body))


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


def tidy(body: str) -> str:
    """Return a body as a file gives it back: nothing blank around it, plain line ends."""
    return _BLANK_TOP.sub("", body.replace("\r\n", "\n")).rstrip() + "\n"
