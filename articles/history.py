"""`history.jsonl`: what one Markdown file per translation cannot say, a line for each thing.

An export writes it and an import reads it. After a line with the version of the format come the
attachments, then each article, its translations, their revisions in order, and what colleagues said
of these (`articles.colleagues`). As revisions never change, a later export only adds such lines, and
Git shows them.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from articles.models import Article, Attachment, Publication, Revision, Significance, Translation

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
class PublicationLine:
    """What was public from a moment on, or is to be: a revision by its number, or nothing."""

    at: Moment
    revision: Number | None
    by: str = ""
    planned: bool = False
    account: str = ""  # address of who decided it


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
    old: dict[str, Moment] = field(default_factory=dict)  # paths of former sites: since when kept
    next: Number | None = None  # the revision that becomes public at `next_at`
    next_at: Moment | None = None
    publications: list[PublicationLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """Since when the former addresses of a category are kept: slugs by language, and paths."""

    category: str
    former: dict[str, dict[str, Moment]]
    old: dict[str, Moment]


@dataclass(frozen=True, slots=True)
class Original:
    """The revision of another language that a revision translates."""

    locale: str
    revision: Number


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
    translates: Original | None = None
    ready: Moment | None = None  # when it was called ready for translation
    held: Moment | None = None  # when it was held back from translation
    account: str = ""  # address of who wrote it


Line = AttachmentLine | CategoryLine | ArticleLine | TranslationLine | RevisionLine


def digests_shown(body: str) -> frozenset[str]:
    """Return the digests of the attachments that a body names."""
    return frozenset(_SHOWN.findall(body))


@dataclass(frozen=True, slots=True)
class Former:
    """What a translation leaves behind, by its id: addresses with when, and what was public.

    `said` are the lines of what colleagues said of it, `accounts` the addresses of people by theirs.
    """

    slugs: Mapping[int, Mapping[str, datetime]]
    paths: Mapping[int, Mapping[str, datetime]]
    publications: Mapping[int, Sequence[Publication]]
    said: Mapping[int, Sequence[Any]] = field(default_factory=dict)
    accounts: Mapping[int, str] = field(default_factory=dict)


def history_file(
    articles: Iterable[Article],
    attachments: Mapping[str, Attachment],
    files: Mapping[tuple[str, str], bytes],
    former: Former,
    categories: Iterable[CategoryLine] = (),
) -> bytes:
    """Return the bytes of `history.jsonl`, the same for the same database.

    `attachments` are given by path, `files` (the Markdown written) by key and locale, former
    addresses by id of translation. Articles without a file are left out.
    """
    lines: list[Any] = [
        AttachmentLine(each.digest, path, each.created_at)
        for path, each in sorted(attachments.items())
    ]
    lines.extend(categories)
    for article in articles:
        lines.extend(_lines_of(article, files, former))
    dumped = [FORMAT, *map(_plain, lines)]
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in dumped).encode()


def _lines_of(
    article: Article, files: Mapping[tuple[str, str], bytes], former: Former
) -> Iterator[Any]:
    written = [t for t in article.translations if (article.key, t.locale) in files]
    if written:
        yield ArticleLine(article.key, article.created_at)
    publications = former.publications
    numbers = {
        each.id: Original(translation.locale, each.number)
        for translation in written
        for each in translation.revisions
    }
    for translation in sorted(written, key=lambda each: each.locale):
        public = translation.public_revision
        planned = numbers.get(translation.next_revision_id or 0)
        yield TranslationLine(
            article=article.key,
            locale=translation.locale,
            created=translation.created_at,
            public=public.number if public else None,
            file=hashlib.sha256(files[article.key, translation.locale]).hexdigest(),
            former=dict(former.slugs.get(translation.id, {})),
            old=dict(former.paths.get(translation.id, {})),
            next=planned.revision if planned else None,
            next_at=translation.next_at,
            publications=[
                PublicationLine(
                    each.at,
                    numbers[each.revision_id].revision if each.revision_id else None,
                    each.by,
                    each.is_planned,
                    former.accounts.get(each.by_id or 0, ""),
                )
                for each in publications.get(translation.id, ())
            ],
        )
        for revision in translation.revisions:
            account = former.accounts.get(revision.author_id or 0, "")
            yield _revision_line(translation, revision, numbers, account)
        yield from former.said.get(translation.id, ())


def _revision_line(
    translation: Translation, revision: Revision, numbers: Mapping[int, Original], account: str
) -> RevisionLine:
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
        translates=numbers.get(revision.translated_from or 0),
        ready=revision.ready_at,
        held=revision.held_at,
        account=account,
    )


def _plain(line: Any) -> dict[str, Any]:
    """Return a line as JSON holds it; what was never said is left out."""
    values = {each: getattr(line, each.name) for each in fields(line)}
    return {
        each.name: _json(value)
        for each, value in values.items()
        if value or (each.default is MISSING and each.default_factory is MISSING)
    }


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (Original, PublicationLine)):
        return _plain(value)
    if isinstance(value, list):
        return [_json(each) for each in value]
    if isinstance(value, dict):
        return {name: _json(each) for name, each in value.items()}
    return value
