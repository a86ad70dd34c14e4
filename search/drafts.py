"""A door: what search has to say of a draft: who says the same already, and which questions find it.

The studio asks with the words of its form, `kb overlaps` and `kb check` with files.
"""

from dataclasses import replace
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import or_, select

from articles.drafting import without_notes
from articles.importing.frontmatter import Meta, read, split
from articles.importing.sources import title_of
from articles.markdown import render
from articles.models import Article, Audience, Translation
from articles.publishing import Words
from kb.db import db
from search.documents import category_paths, document_of
from search.engine import SearchEngine
from search.findability import Findability, FindabilityCheck
from search.overlaps import OverlapFinder, Overlaps
from search.overlays import VectorMemory
from search.passages import Document, Section
from search.showing import visible
from search.sync import indexer


def overlaps(
    markdown: str, *, locale: str, title: str = "", own: Translation | None = None
) -> Overlaps:
    """Return the public sections that say already what a text says; any text is accepted.

    `own` is the translation that the text will replace: neither it nor what the same article says
    in other languages is an overlap. A long text is compared in part: `compared` and `encoded` of
    the result say how far.
    """
    draft = Document(
        id=str(own.id) if own else "",
        locale=locale,
        title=title,
        summary="",
        sections=tuple(
            Section(each.anchor, each.path, each.text)
            for each in render(markdown, locale=locale, title=title).sections
        ),
        article=str(own.article_id) if own else "",
        audience=(own.article.audience if own else Audience.EVERYONE).value,
    )
    return overlaps_of(draft)


def overlaps_of(draft: Document) -> Overlaps:
    """Return the same for a draft that is cut already."""
    finder: OverlapFinder = current_app.extensions["kb_overlaps"]
    found = finder.find(draft)
    public = visible({each.document_id for each in found.found}, reader=Audience.STAFF)
    return replace(found, found=tuple(each for each in found.found if each.document_id in public))


def overlaps_of_file(path: Path, *, locale: str) -> Overlaps:
    """Return the same for a Markdown file, whose front matter tells which article it is.

    Raises `BrokenFrontMatter`, or UnicodeDecodeError where the file is no text.
    """
    values, body, _ = split(path.read_text("utf-8-sig"))
    meta = read(values, lambda *_complaint: None)
    title = meta.title or title_of(body)
    return overlaps(body, locale=locale, title=title, own=_own(path, meta, locale))


def _own(path: Path, meta: Meta, locale: str) -> Translation | None:
    """Return the translation that was imported from such a file."""
    names = {meta.key, meta.slug, path.stem} - {""}
    return db.session.scalar(
        select(Translation)
        .join(Article)
        .where(
            Translation.locale == locale, or_(Article.key.in_(names), Translation.slug.in_(names))
        )
        .limit(1)
    )


def draft_document(translation: Translation, words: Words) -> Document:
    """Return a translation as it would be indexed if these words were published now."""
    made = render(without_notes(words.body), locale=translation.locale, title=words.title)
    sections = tuple(Section(each.anchor, each.path, each.text) for each in made.sections)
    return document_of(translation, words, sections, category_paths())


def findability(draft: Document, *, at_most: int | None = None) -> Findability:
    """Return at which rank each question of a draft would find it, if it were public.

    `at_most` bounds how many of its passages are read now; asked again, it goes on from there.
    """
    check: FindabilityCheck = current_app.extensions["kb_findability"]
    return check.of(draft, at_most=at_most)


def init_app(app: Flask, engine: SearchEngine) -> None:
    """Keep what was read of drafts for the application: one saved again is compared quickly."""
    memory = VectorMemory(indexer(app).store)
    app.extensions["kb_overlaps"] = OverlapFinder(engine, memory)
    app.extensions["kb_findability"] = FindabilityCheck(engine, memory)
