"""`history.jsonl`: what one Markdown file per translation cannot say, a line for each thing.

An export writes it and an import reads it. After a line with the version of the format come the
attachments, then each article, its translations, and their revisions in order. As revisions never
change, a later export only adds such lines, and Git shows them.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from articles.models import Article, Attachment, Revision, Significance, Translation

FILE_NAME = "history.jsonl"
FORMAT = {"history": 1}  # the first line
_SHOWN = re.compile(r"attachment:([0-9a-f]{64})/")


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC, which one without a zone is taken to be in already."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as reason:
        raise ValueError(str(reason)) from reason


Moment = Annotated[datetime, AfterValidator(_in_utc)]
Number = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True)
class AttachmentLine:
    """An attachment, named by its digest as in the words of revisions, and its file."""

    attachment: str
    file: str
    created: Moment


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """When an article was made, by its key."""

    article: str
    created: Moment


@dataclass(frozen=True, slots=True)
class TranslationLine:
    """Which revision of a translation is public, if any.

    `file` is the SHA-256 of its Markdown file; `former` says when each old address was left.
    """

    article: str
    locale: str
    created: Moment
    public: Number | None
    file: str
    former: dict[str, Moment]


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """A revision as the database has it, links and files by their names there."""

    article: str
    locale: str
    revision: Number
    created: Moment
    author: str
    message: str
    significance: Significance
    title: str
    summary: str
    keywords: list[str]
    answers: list[str]
    synonyms: list[str]
    extra: dict[str, Any]
    body: str


Line = AttachmentLine | ArticleLine | TranslationLine | RevisionLine


def digests_shown(body: str) -> frozenset[str]:
    """Return the digests of the attachments that a body names."""
    return frozenset(_SHOWN.findall(body))


def history_file(
    articles: Iterable[Article],
    attachments: Mapping[str, Attachment],
    files: Mapping[tuple[str, str], bytes],
    former: Mapping[int, Mapping[str, datetime]],
) -> bytes:
    """Return the bytes of `history.jsonl`, the same for the same database.

    `attachments` are given by path, `files` (the Markdown written) by key and locale, former
    addresses by id of translation. Articles without a file are left out.
    """
    lines: list[Line] = [
        AttachmentLine(each.digest, path, each.created_at)
        for path, each in sorted(attachments.items())
    ]
    for article in articles:
        lines.extend(_lines_of(article, files, former))
    dumped = [FORMAT, *map(_plain, lines)]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in dumped).encode()


def _lines_of(
    article: Article,
    files: Mapping[tuple[str, str], bytes],
    former: Mapping[int, Mapping[str, datetime]],
) -> Iterator[Line]:
    written = [t for t in article.translations if (article.key, t.locale) in files]
    if written:
        yield ArticleLine(article.key, article.created_at)
    for translation in sorted(written, key=lambda each: each.locale):
        public = translation.public_revision
        yield TranslationLine(
            article=article.key,
            locale=translation.locale,
            created=translation.created_at,
            public=public.number if public else None,
            file=hashlib.sha256(files[article.key, translation.locale]).hexdigest(),
            former=dict(former.get(translation.id, {})),
        )
        for revision in translation.revisions:
            yield _revision_line(translation, revision)


def _revision_line(translation: Translation, revision: Revision) -> RevisionLine:
    return RevisionLine(
        article=translation.article.key,
        locale=translation.locale,
        revision=revision.number,
        created=revision.created_at,
        author=revision.author,
        message=revision.message,
        significance=revision.significance,
        title=revision.title,
        summary=revision.summary,
        keywords=revision.keywords,
        answers=revision.answers,
        synonyms=revision.synonyms,
        extra=revision.extra,
        body=revision.body,
    )


def _plain(line: Line) -> dict[str, Any]:
    return {each.name: _json(getattr(line, each.name)) for each in fields(line)}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {name: _json(each) for name, each in value.items()}
    return value
