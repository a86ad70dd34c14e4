"""What an import of a folder would bring into the index, read from a transaction that is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from articles.importing import ImportOptions, import_folder
from articles.markdown import PIPELINE_VERSION, render
from articles.models import Audience, ImportedFile, Revision, Translation
from articles.queries import published
from kb.db import db
from search.documents import category_paths, document_of, published_stamps
from search.passages import Document, Section
from search.snapshot import Snapshot


@dataclass(slots=True)
class Coming:
    """What would be other than it is: documents that come or change, and ids of those that go."""

    documents: list[Document] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)  # path of the file by id of the document
    own: list[Document] = field(default_factory=list)  # those of the folder, changed or not


def coming_from(folder: Path, snapshot: Snapshot, *, source: str = "") -> Coming:
    """Return what importing a folder would change; nothing is written. Needs a request context."""
    found = Coming()
    options = ImportOptions(dry_run=True, source=source)

    def look() -> None:
        _look(found, snapshot, source or folder.resolve().name)

    import_folder(folder, options=options, look=look)
    return found


def _look(found: Coming, snapshot: Snapshot, source: str) -> None:
    stamps = published_stamps()
    known = {key: snapshot.entries[at].digest for key, at in snapshot.by_id.items()}
    rows = db.session.execute(
        select(ImportedFile.path, ImportedFile.translation_id).where(ImportedFile.source == source)
    )
    found.files = {str(row.translation_id): row.path for row in rows}
    changed = {key for key, stamp in stamps.items() if known.get(key) != stamp}
    found.removed = [key for key in known if key not in stamps]
    paths = category_paths()
    for each in _translations(changed | (found.files.keys() & stamps.keys())):
        document = _document(each, paths, stamps)
        if document.id in changed:
            found.documents.append(document)
        if document.id in found.files:
            found.own.append(document)


def _translations(keys: set[str]) -> list[Translation]:
    wanted = published(reader=Audience.STAFF).options(
        joinedload(Translation.public_revision).joinedload(Revision.rendering)
    )
    return [each for each in db.session.scalars(wanted) if str(each.id) in keys]


def _document(
    translation: Translation,
    paths: dict[int | None, tuple[str, ...]],
    stamps: Mapping[str, str],
) -> Document:
    """Return a document without keeping its rendering, which would end the transaction."""
    revision = translation.public_revision
    assert revision is not None, "published() only gives translations with public words"
    kept = revision.rendering
    if kept is not None and kept.pipeline_version == PIPELINE_VERSION:
        sections = tuple(
            Section(each["anchor"], tuple(each["path"]), each["text"]) for each in kept.sections
        )
    else:
        made = render(revision.body, locale=translation.locale, title=revision.title)
        sections = tuple(Section(each.anchor, each.path, each.text) for each in made.sections)
    return document_of(translation, revision, sections, paths, stamps[str(translation.id)])
