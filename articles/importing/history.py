"""The history that an export left in a folder: checked line by line, for translations to be made."""

import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete

from articles.attachments import Asset, UnusableFile, inspect
from articles.colleagues import CommentLine, ReviewLine, Said
from articles.history import (
    FILE_NAME,
    FORMAT,
    ArticleLine,
    AttachmentLine,
    CategoryLine,
    Line,
    RevisionLine,
    TranslationLine,
    digests_shown,
)
from articles.importing.colleagues import Colleagues, Ids
from articles.importing.folder import Folder
from articles.importing.sources import SourceFile
from articles.models import Publication, Revision, Translation
from articles.publishing import Words
from kb.db import db

LEFT_OUT = "left out"
MAX_LINE_BYTES = 20_000_000  # far more than the words of an article that an import takes
# A line is of the first kind of which it has the key.
_KINDS: dict[str, TypeAdapter[Line | Said]] = {
    "review": TypeAdapter(ReviewLine),
    "comment": TypeAdapter(CommentLine),
    "attachment": TypeAdapter(AttachmentLine),
    "category": TypeAdapter(CategoryLine),
    "revision": TypeAdapter(RevisionLine),
    "locale": TypeAdapter(TranslationLine),
    "article": TypeAdapter(ArticleLine),
}


@dataclass(slots=True)
class Past:
    """What a translation went through. `public` is the one of its revisions that readers see."""

    line: TranslationLine
    number: int  # of the line in the file
    revisions: list[RevisionLine] = field(default_factory=list)
    reviews: list[ReviewLine] = field(default_factory=list)
    comments: list[CommentLine] = field(default_factory=list)

    @property
    def public(self) -> RevisionLine | None:
        """The public revision, None for a draft or when its line was left out."""
        return next((each for each in self.revisions if each.revision == self.line.public), None)

    @property
    def is_whole(self) -> bool:
        """Whether the revision said to be public is there."""
        return self.line.public is None or self.public is not None

    def is_of(self, source: SourceFile) -> bool:
        """Whether the file is still as it was exported, so that the past says its exact words."""
        return self.is_whole and self.line.file == source.digest


@dataclass(slots=True)
class History:
    """Everything that `history.jsonl` says, by key of article, and language or digest."""

    articles: dict[str, datetime] = field(default_factory=dict)
    attachments: dict[str, tuple[AttachmentLine, int]] = field(default_factory=dict)
    categories: dict[str, CategoryLine] = field(default_factory=dict)
    pasts: dict[tuple[str, str], Past] = field(default_factory=dict)

    def of(self, source: SourceFile) -> Past | None:
        """Return the past of the translation that a file holds. It has at least one revision."""
        past = self.pasts.get((source.meta.key, source.locale))
        return past if past and past.revisions else None

    def words(self, source: SourceFile, read: Words) -> Words:
        """Return the words of a file that were `read`, to the letter if it is as it was exported.

        Markdown says little of spaces and the like; the past says all. The file is right about
        what it shows, whose content may have changed beside it.
        """
        past = self.of(source)
        if past is None or not past.is_of(source):
            return read
        shown = past.public or past.revisions[-1]
        exact = digests_shown(shown.body) == digests_shown(read.body)
        return _words(shown) if exact else read


def read_history(folder: Folder) -> History:
    """Return the history that lies at the root of a folder; what is wrong with it is reported."""
    reader = _Reader(folder)
    if FILE_NAME in folder.paths:
        for number, line in enumerate(folder.read(FILE_NAME).split(b"\n"), 1):
            if not reader.take(number, line):
                break
        reader.check()
    return reader.history


class _BadLine(ValueError):
    """The line cannot be used; the message says why."""


@dataclass(slots=True)
class _Reader:
    folder: Folder
    history: History = field(default_factory=History)
    revisions: dict[tuple[str, str], dict[int, tuple[RevisionLine, int]]] = field(
        default_factory=dict
    )

    said: list[tuple[Said, int]] = field(default_factory=list)

    def take(self, number: int, line: bytes) -> bool:
        """Take one line in; tell whether those after it are worth a look."""
        try:
            if number == 1:
                self._check_format(line)
            elif line.strip():
                self._keep(number, _parsed(line))
        except _BadLine as reason:
            self.folder.report(FILE_NAME, number, str(reason), LEFT_OUT)
            return number > 1
        return True

    def _check_format(self, line: bytes) -> None:
        if _value(line) != FORMAT:
            raise _BadLine("not a history that an export of this version wrote")

    def _keep(self, number: int, line: Line | Said) -> None:
        match line:
            case AttachmentLine():
                if line.file not in self.folder.paths:
                    raise _BadLine(f"a file that is not there ({line.file})")
                self.history.attachments.setdefault(line.attachment, (line, number))
            case CategoryLine():
                self.history.categories.setdefault(line.category, line)
            case ArticleLine():
                self.history.articles.setdefault(line.article, line.created)
            case TranslationLine():
                place = (line.article, line.locale)
                if place in self.history.pasts:
                    raise _BadLine(f"a second line for “{line.article}” in {line.locale}")
                self.history.pasts[place] = Past(line, number)
            case RevisionLine():
                earlier = self.revisions.setdefault((line.article, line.locale), {})
                if line.revision in earlier:
                    raise _BadLine(f"a second revision {line.revision} of “{line.article}”")
                earlier[line.revision] = (line, number)
            case ReviewLine() | CommentLine():
                self.said.append((line, number))

    def check(self) -> None:
        """Bring the revisions to their translations; report where one lacks the other."""
        for place, revisions in self.revisions.items():
            past = self.history.pasts.get(place)
            if past is None:
                _, number = min(revisions.values(), key=lambda each: each[1])
                reason = f"revisions of “{place[0]}” without a line for it in {place[1]}"
                self.folder.report(FILE_NAME, number, reason, LEFT_OUT)
                continue
            past.revisions = [revisions[each][0] for each in sorted(revisions)]
        self._check_said()
        for past in self.history.pasts.values():
            if not past.is_whole:
                reason = f"public revision {past.line.public} of “{past.line.article}” is missing"
                self.folder.report(FILE_NAME, past.number, reason, "taken from the file")

    def _check_said(self) -> None:
        """Bring what colleagues said to the revisions that it is about; report what has none."""
        seen: set[tuple[str, str, str, int]] = set()
        for line, number in self.said:
            kind, own = (
                ("review", line.review)
                if isinstance(line, ReviewLine)
                else ("comment", line.comment)
            )
            about = self.revisions.get((line.article, line.locale), {})
            past = self.history.pasts.get((line.article, line.locale))
            reason = ""
            if past is None or line.revision not in about:
                reason = (
                    f"a {kind} of revision {line.revision} of “{line.article}”, which is not there"
                )
            elif (line.article, line.locale, kind, own) in seen:
                reason = f"a second {kind} {own} of “{line.article}”"
            if reason or past is None:
                self.folder.report(FILE_NAME, number, reason, LEFT_OUT)
                continue
            seen.add((line.article, line.locale, kind, own))
            if isinstance(line, ReviewLine):
                past.reviews.append(line)
            else:
                past.comments.append(line)


def _parsed(line: bytes) -> Line | Said:
    value = _value(line)
    kind = next((each for each in _KINDS if isinstance(value, dict) and each in value), None)
    if kind is None:
        raise _BadLine(
            "neither an attachment, an article, a translation, a revision, a review nor a comment"
        )
    try:
        return _KINDS[kind].validate_json(line, strict=True)
    except ValidationError as reason:
        wrong = reason.errors()[0]
        where = ".".join(map(str, wrong["loc"]))
        raise _BadLine(f"“{where}”: {wrong['msg']}") from reason


def _value(line: bytes) -> Any:
    if len(line) > MAX_LINE_BYTES:
        raise _BadLine(f"larger than {MAX_LINE_BYTES // 1_000_000} MB")
    try:
        value = json.loads(line.decode())
        is_storable = all(map(_is_storable, _leaves(value)))
    except (ValueError, RecursionError) as reason:
        raise _BadLine("not JSON") from reason
    if not is_storable:
        raise _BadLine("characters or numbers that no database takes")
    return value


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return not any(each == "\0" or "\ud800" <= each <= "\udfff" for each in value)
    return not isinstance(value, float) or math.isfinite(value)


# What the past needs, and how it comes back


def earlier_assets(
    folder: Folder, history: History, past: Past, have: Callable[[str], bool]
) -> Iterator[Asset]:
    """Yield the files that earlier revisions show and that are not had yet.

    One whose content has changed since the export is reported: its earlier state is lost.
    """
    wanted = {digest for each in past.revisions for digest in digests_shown(each.body)}
    for digest in sorted(wanted & history.attachments.keys()):
        if have(digest):
            continue
        line, number = history.attachments[digest]
        try:
            asset = inspect(line.file.rpartition("/")[2], folder.read(line.file))
        except (UnusableFile, OSError) as error:
            reason = f"{line.file}: {error}"
        else:
            if asset.digest == digest:
                yield asset
                continue
            reason = f"{line.file} has changed since the export"
        folder.report(FILE_NAME, number, reason, "not shown in earlier revisions")


def restore_revisions(translation: Translation, past: Past) -> Revision:
    """Give a new translation its past, numbered from 1; return the revision that its file shows."""
    shown: Revision | None = None
    for number, line in enumerate(past.revisions, 1):
        revision = _revision(line, number)
        translation.revisions.append(revision)
        if line is past.public:
            shown = translation.public_revision = revision
    shown = shown or translation.revisions[-1]
    translation.title, translation.summary = shown.title, shown.summary
    return shown


def tie_revisions(pasts: Iterable[tuple[Translation, Past]]) -> None:
    """Tie revisions that came back to each other: translations to their originals, plans to words.

    Called once they have their numbers in the database.
    """
    pasts = list(pasts)
    ids = {
        (translation.article_id, translation.locale, line.revision): revision.id
        for translation, past in pasts
        for line, revision in zip(past.revisions, translation.revisions, strict=False)
    }
    colleagues = Colleagues()
    for translation, past in pasts:
        article = translation.article_id
        for line, revision in zip(past.revisions, translation.revisions, strict=False):
            if line.translates is not None:
                place = (article, line.translates.locale, line.translates.revision)
                revision.translated_from = ids.get(place)
            revision.author_id = colleagues.number(line.account)
        if past.line.next is not None and past.line.next_at is not None:
            translation.next_revision_id = ids.get((article, translation.locale, past.line.next))
            translation.next_at = past.line.next_at if translation.next_revision_id else None
        if past.line.publications:
            _remember_publications(translation, past, ids, colleagues)
        _remember_said(translation, past, ids, colleagues)


def _remember_said(translation: Translation, past: Past, ids: Ids, colleagues: Colleagues) -> None:
    """Bring back reviews and comments, in their order; an answer to what is not there stands alone."""
    article, locale = translation.article_id, translation.locale
    for review in past.reviews:
        colleagues.add_review(translation, review, ids[article, locale, review.revision])
    numbers: dict[int, int] = {}
    for comment in past.comments:
        revision = ids[article, locale, comment.revision]
        answers = numbers.get(comment.answers or 0)
        numbers[comment.comment] = colleagues.add_comment(translation, comment, revision, answers)


def _remember_publications(
    translation: Translation, past: Past, ids: Ids, colleagues: Colleagues
) -> None:
    """Put what was public when in place of what bringing the translation back has noted."""
    db.session.flush()
    db.session.execute(delete(Publication).where(Publication.translation_id == translation.id))
    for line in past.line.publications:
        place = (translation.article_id, translation.locale, line.revision or 0)
        if line.revision is None or place in ids:
            db.session.add(
                Publication(
                    translation_id=translation.id,
                    revision_id=ids.get(place),
                    at=line.at,
                    by=line.by,
                    by_id=colleagues.number(line.account),
                    is_planned=line.planned,
                )
            )


def _words(line: RevisionLine) -> Words:
    return Words(
        title=line.title,
        body=line.body,
        summary=line.summary,
        answers=line.answers,
        synonyms=line.synonyms,
        keywords=line.keywords,
        extra=line.extra,
    )


def _revision(line: RevisionLine, number: int) -> Revision:
    return Revision(
        number=number,
        **_words(line).columns(),
        author=line.author,
        message=line.message,
        significance=line.significance,
        created_at=line.created,
        ready_at=line.ready,
        held_at=line.held,
    )
