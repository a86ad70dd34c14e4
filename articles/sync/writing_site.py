"""From what both sides should say to the site: by the same verbs as in the studio."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from articles import publications
from articles.addresses import SuccessorLoops, succeed
from articles.exporting import public_words
from articles.markdown import slugify
from articles.merging import Conflict, merge
from articles.models import (
    Article,
    Audience,
    Category,
    Kind,
    Revision,
    Stage,
    Status,
    Translation,
)
from articles.publishing import (
    SlugTaken,
    Words,
    archive,
    change_slug,
    publish,
    restore,
    words_of,
    write_revision,
)
from articles.sync.sides import EXTRA, Side, tidy
from kb.db import db, utc_now

MESSAGE = "sync"  # the message of revisions that came from files
DRAFT_KEPT = "sync: the draft, on what the file says now"
SET_ASIDE = "sync: set aside for what the site says"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes translations inside the caller's transaction."""

    categories: Mapping[str, Category]
    review: bool = False
    waiting: list[Revision] = field(default_factory=list)  # what a review is to be asked for

    def write(self, translation: Translation, wanted: Side, site: Side) -> list[str]:
        """Bring a translation to what both sides should say; return what could not be done."""
        fields = wanted.fields
        troubles = self._describe(translation.article, fields, site.fields)
        words = words_for(translation, wanted, site)
        revision = None
        if words is not None:
            revision = self._revise(translation, words, fields)
        troubles += self._date(translation, fields, site.fields, revision)
        slug = fields.get("slug")
        if slug and slug != translation.slug:
            try:
                change_slug(translation, slugify(str(slug), fallback=translation.slug))
            except SlugTaken as taken:
                troubles.append(f"the address “{taken.slug}” belongs to “{taken.title}”")
        db.session.flush()
        return troubles

    def _describe(
        self, article: Article, fields: Mapping[str, Any], site: Mapping[str, Any]
    ) -> list[str]:
        """Set what is the same in all languages, where the file has changed it."""

        def is_new(name: str) -> bool:
            return bool(fields.get(name) != site.get(name))

        if is_new("kind") and fields.get("kind"):
            article.kind = Kind(fields["kind"])
        if is_new("stage"):
            article.stage = Stage(fields["stage"]) if fields.get("stage") else None
        if is_new("audience"):
            article.audience = Audience(fields.get("audience") or Audience.EVERYONE)
        if is_new("category"):
            article.category = self.categories.get(fields.get("category") or "")
        for name, nothing in (("position", 0), ("owner", ""), ("source_locale", "")):
            if is_new(name):
                setattr(article, name, fields.get(name) or nothing)
        if is_new("tags"):
            article.tags = list(fields.get("tags") or ())
        if is_new("verify_by"):
            article.verify_by = _moment(fields.get("verify_by"))
        return _succeed(article, fields.get("successor") or "") if is_new("successor") else []

    def _revise(
        self, translation: Translation, words: Words, fields: Mapping[str, Any]
    ) -> Revision:
        """Write the words, and show them unless they have to wait; a draft goes on upon them."""
        public = translation.public_revision
        draft = translation.revisions[-1] if translation.revisions else None
        if self.review and draft and words_of(draft).fingerprint() == words.fingerprint():
            return draft
        revision = _write(translation, words, str(fields.get("owner") or ""))
        if self.review:
            self.waiting.append(revision)
        if public is None or self.review:
            if public is None:
                translation.title, translation.summary = words.title, words.summary
        elif translation.status() is Status.ARCHIVED:
            translation.public_revision = revision
            translation.title, translation.summary = words.title, words.summary
        else:
            end = translation.archived_at
            publish(translation, revision, at=translation.published_at or utc_now())
            if end is not None:
                archive(translation, at=end)
        if public is not None and draft is not None and draft.number > public.number:
            _keep_draft(translation, public, draft, words)
        return revision

    def _date(
        self,
        translation: Translation,
        fields: Mapping[str, Any],
        site: Mapping[str, Any],
        revision: Revision | None,
    ) -> list[str]:
        """Follow what the file says of publication, where it has changed it."""
        names = ("draft", "published", "archived")
        if all(fields.get(name) == site.get(name) for name in names):
            return []
        if self.review:
            return ["when an article is public is not decided by a file that waits for a review"]
        published, archived = _moment(fields.get("published")), fields.get("archived")
        if fields.get("draft"):
            translation.published_at = translation.public_revision = None
        elif translation.public_revision is None:
            publish(translation, revision or public_words(translation), at=published)
        if published is not None and not fields.get("draft"):
            translation.published_at = published
        if archived and not site.get("archived"):
            archive(translation, at=_moment(archived))
        elif archived and _moment(archived):
            translation.archived_at = _moment(archived)
        elif not archived and translation.archived_at is not None:
            restore(translation)
        publications.remember(translation)
        return []


def words_for(translation: Translation, wanted: Side, site: Side) -> Words | None:
    """Return the words that the site should have, None when it has them."""
    now = words_of(public_words(translation))
    fields = wanted.fields
    body = now.body if wanted.body == tidy(now.body) else wanted.body
    extra = {
        name.removeprefix(EXTRA): value for name, value in fields.items() if name.startswith(EXTRA)
    }
    kept = {name: value for name, value in now.extra.items() if EXTRA + name not in site.fields}
    words = Words(
        title=str(fields.get("title") or now.title),
        body=body,
        summary=str(fields.get("summary") or ""),
        answers=list(fields.get("answers") or ()),
        synonyms=list(fields.get("synonyms") or ()),
        keywords=list(fields.get("keywords") or ()),
        extra=kept | extra,
    )
    return None if words.fingerprint() == now.fingerprint() else words


def set_aside(translation: Translation, file: Side, site: Side) -> None:
    """Keep the words of a file that somebody decided against, under those of the site."""
    words = words_for(translation, file, site)
    if words is None:
        return
    kept = {words_of(each).fingerprint() for each in translation.revisions}
    if words.fingerprint() in kept:
        return
    newest = words_of(translation.revisions[-1])
    _write(translation, words, "", SET_ASIDE)
    public = translation.public_revision
    again = _write(translation, newest, "", SET_ASIDE)
    if public is not None and newest.fingerprint() == words_of(public).fingerprint():
        translation.public_revision = again


def _write(translation: Translation, words: Words, by: str, message: str = MESSAGE) -> Revision:
    revision = write_revision(translation, words, by=by, message=message)
    db.session.flush()
    db.session.refresh(translation, ["revisions"])
    return revision


def _keep_draft(translation: Translation, base: Revision, draft: Revision, words: Words) -> None:
    """Put the draft that somebody works on upon what is public now, so that they go on with it."""
    put = merge(words_of(base), words_of(draft), words)
    decided = {each.name: _mine(each) for each in put.conflicts}
    again = put.words(decided)
    if again.fingerprint() != words.fingerprint():
        _write(translation, again, draft.author, DRAFT_KEPT)


def _mine(conflict: Conflict) -> tuple[str, ...]:
    return conflict.mine


def _succeed(article: Article, key: str) -> list[str]:
    named = db.session.scalar(select(Article).where(Article.key == key)) if key else None
    if key and named is None:
        return [f"successor “{key}” is no article"]
    try:
        succeed(article, named)
    except SuccessorLoops as error:
        return [str(error)]
    return []


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
