"""What the database publishes, as the documents that are indexed of it."""

from collections.abc import Callable, Iterator

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from articles.markdown import PIPELINE_VERSION
from articles.models import Article, Audience, Category, Revision, Translation
from articles.publishing import Words
from articles.queries import published
from articles.rendering import public_rendering
from kb.db import db
from search.passages import Document, Section, fingerprint

DOCUMENTS_AT_ONCE = 200

Progress = Callable[[str, int, int], None]


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Show nothing."""


def published_stamps() -> dict[str, str]:
    """Return, for every published translation, what its document in the index depends on."""
    paths = category_paths()
    rows = db.session.execute(
        published(reader=Audience.STAFF).with_only_columns(
            Translation.id,
            Translation.public_revision_id,
            Translation.locale,
            Translation.slug,
            Article.kind,
            Article.stage,
            Article.audience,
            Article.category_id,
            maintain_column_froms=True,
        )
    )
    return {
        str(row.id): fingerprint(
            f"{PIPELINE_VERSION}|{row.public_revision_id}|{row.locale}|{row.slug}|{row.kind}|"
            f"{row.stage}|{row.audience}|{'/'.join(paths.get(row.category_id, ()))}"
        )[:32]
        for row in rows
    }


def category_paths() -> dict[int | None, tuple[str, ...]]:
    """Return the keys of each category's branch, from the root down to itself."""
    rows = db.session.execute(select(Category.id, Category.key, Category.parent_id)).all()
    parents = {row.id: (row.key, row.parent_id) for row in rows}
    paths: dict[int | None, tuple[str, ...]] = {}
    for identifier in parents:
        keys: list[str] = []
        at: int | None = identifier
        while at in parents and len(keys) <= len(parents):
            key, parent = parents[at]
            keys.insert(0, key)
            at = parent
        paths[identifier] = tuple(keys)
    return paths


def documents(
    keys: list[str], stamps: dict[str, str], progress: Progress = no_progress
) -> Iterator[Document]:
    """Yield the documents of public translations by their index keys, a part at a time."""
    paths = category_paths()
    for start in range(0, len(keys), DOCUMENTS_AT_ONCE):
        ids = [int(key) for key in keys[start : start + DOCUMENTS_AT_ONCE]]
        found = db.session.scalars(
            published(reader=Audience.STAFF)
            .where(Translation.id.in_(ids))
            .options(joinedload(Translation.public_revision).joinedload(Revision.rendering))
        ).all()
        for translation in found:
            yield _document(translation, paths, stamps[str(translation.id)])
        progress("keywords", min(start + DOCUMENTS_AT_ONCE, len(keys)), len(keys))


def _document(
    translation: Translation, paths: dict[int | None, tuple[str, ...]], stamp: str
) -> Document:
    revision = translation.public_revision
    assert revision is not None, "published() only gives translations with public words"
    sections = tuple(
        Section(each["anchor"], tuple(each["path"]), each["text"])
        for each in public_rendering(translation).sections
    )
    return document_of(translation, revision, sections, paths, stamp)


def document_of(
    translation: Translation,
    words: Words | Revision,
    sections: tuple[Section, ...],
    paths: dict[int | None, tuple[str, ...]],
    stamp: str = "",
) -> Document:
    """Return a translation as it is indexed when these are its words."""
    article = translation.article
    branch = paths.get(article.category_id, ())
    return Document(
        id=str(translation.id),
        locale=translation.locale,
        title=words.title,
        summary=words.summary,
        sections=sections,
        questions=tuple(words.answers),
        synonyms=(*words.synonyms, *words.keywords),
        category=branch[-1] if branch else "",
        ancestors=branch[:-1],
        kind=article.kind.value,
        stage=article.stage.value if article.stage else "",
        address=_address(translation),
        article=str(translation.article_id),
        stamp=stamp,
        audience=article.audience.value,
    )


def _address(translation: Translation) -> str:
    """Return the path of a translation; addresses do not depend on the request."""
    return url_for(
        "articles.article", locale=translation.locale, slug=translation.slug, _external=False
    )
