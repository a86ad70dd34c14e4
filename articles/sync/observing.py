"""What a folder and the site say at this moment, file by file."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import select

from articles.exporting import Layout, everything
from articles.importing.folder import Folder, open_folder
from articles.importing.importer import Plan, completed, prepare
from articles.importing.report import ImportOptions
from articles.importing.sources import SourceFile
from articles.models import Article, Status, SyncedFile, Translation
from articles.sync.sides import Side, side_from, side_of_file, side_of_site
from articles.sync.threeway import Base
from kb.db import db


@dataclass(frozen=True, slots=True)
class Pair:
    """A file and its translation, either of which may be missing; and what is known of both."""

    path: str
    source: SourceFile | None = None
    file: Side | None = None
    translation: Translation | None = None
    site: Side | None = None
    row: SyncedFile | None = None
    base: Base | None = None


@dataclass(slots=True)
class View:
    """Both sides, all of them."""

    folder: Folder
    plan: Plan
    options: ImportOptions
    layout: Layout
    pairs: list[Pair] = field(default_factory=list)
    rows: dict[str, SyncedFile] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The folder."""
        return self.folder.root


def observe(path: Path, options: ImportOptions) -> View:
    """Read the folder and the site. Nothing is written; needs an application context."""
    folder = open_folder(path)
    options = completed(options, path)
    articles = list(db.session.scalars(everything()).unique())
    plan, _ = prepare(folder, replace(options, archive_missing=False), is_named=True)
    rows = {
        row.path: row
        for row in db.session.scalars(select(SyncedFile).where(SyncedFile.source == options.source))
    }
    view = View(folder, plan, options, Layout.of(articles), rows=rows)
    members = [member for group in plan.groups for member in group.members]
    view.layout.paths = {
        m.translation.id: m.source.path for m in members if m.translation is not None
    }
    view.layout.places = plan.linker.places()
    view.pairs = [*_with_files(view), *_without_files(view, articles)]
    return view


def _with_files(view: View) -> Iterator[Pair]:
    plan = view.plan
    by_translation = {row.translation_id: row for row in view.rows.values()}
    for group in plan.groups:
        for member in group.members:
            source, translation = member.source, member.translation
            file = side_of_file(source, plan.bodies[source.path], plan.category_of[source.path])
            if translation is None or not translation.revisions:
                yield Pair(source.path, source, file)
                continue
            row = view.rows.get(source.path)
            if row is None or row.translation_id != translation.id:
                row = by_translation.get(translation.id)
            yield Pair(
                source.path,
                source,
                file,
                translation,
                side_of_site(translation, view.layout),
                row,
                base_of(row),
            )


def base_of(row: SyncedFile | None) -> Base | None:
    """Return what both sides said when they last agreed, if they ever did."""
    if row is None or not row.base:
        return None
    return Base(side_from(row.base["file"]), side_from(row.base["site"]))


def _without_files(view: View, articles: list[Article]) -> Iterator[Pair]:
    """Yield the translations whose file is gone, or has never been."""
    by_translation = {row.translation_id: row for row in view.rows.values()}
    here = set(view.layout.paths)
    # Of a file that is there and cannot be understood, nothing is concluded.
    unread = view.plan.sources.seen - {pair.path for pair in _sources(view)}
    for article in articles:
        for translation in article.translations:
            if translation.id in here or not translation.revisions:
                continue
            row = by_translation.get(translation.id)
            if row is not None and row.path in unread:
                continue
            if row is None and translation.status() is Status.ARCHIVED:
                continue
            yield Pair(
                row.path if row else "",
                translation=translation,
                site=side_of_site(translation, view.layout),
                row=row,
                base=base_of(row),
            )


def _sources(view: View) -> Iterator[SourceFile]:
    for group in view.plan.groups:
        for member in group.members:
            yield member.source
