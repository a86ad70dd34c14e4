"""A door: what the site says already of what a writer's Markdown says.

The studio asks with the words of its form, `kb overlaps` with a file and its front matter.
"""

from dataclasses import replace
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import or_, select

from articles.importing.frontmatter import Meta, read, split
from articles.importing.sources import title_of
from articles.markdown import render
from articles.models import Article, Audience, Translation
from kb.db import db
from search.engine import SearchEngine
from search.overlaps import OverlapFinder, Overlaps
from search.passages import Document, Section
from search.showing import visible


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
    )
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


def init_app(app: Flask, engine: SearchEngine) -> None:
    """Keep one finder for the application, so that a draft saved again is compared quickly."""
    app.extensions["kb_overlaps"] = OverlapFinder(engine)
