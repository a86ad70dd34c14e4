"""Articles of a former site, written as a folder of Markdown for a moment, and imported from there.

So they come in by the same ways as any folder: links between them become links between articles, a
second import changes only what has changed, and all is written or nothing.
"""

import base64
import binascii
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from articles.exporting import CATEGORIES, yaml_of
from articles.importing.importer import import_folder
from articles.importing.report import ImportOptions, ImportReport, Problem, Progress
from articles.importing.writing import MESSAGE
from articles.markdown import slugify, unique
from articles.models import Article, ImportedFile, Translation
from kb.audit.recording import record
from kb.db import db

MAX_INLINE_CHARACTERS = 10_000_000  # of an image written into a page
_INLINE_TYPES = {
    "image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg",
}  # fmt: skip


def parts_of(address: str) -> SplitResult:
    """Return the parts of an address; of one that is none, empty ones."""
    try:
        parts = urlsplit(address)
        _ = parts.hostname, parts.port
    except ValueError:
        return urlsplit("")
    return parts


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier import made of a file."""

    translation: Translation
    digest: str


@dataclass(slots=True)
class Staging:
    """A folder in the making. `names` tells what people call the things behind its files."""

    root: Path
    known: Mapping[str, Known]
    keys: set[str]
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)  # files whose articles people have changed since

    def report(self, thing: str, reason: str, action: str, line: int = 0) -> None:
        """Keep a problem for the report."""
        self.problems.append(Problem(thing, line, reason, action))

    def write(self, path: str, name: str, head: Mapping[str, Any], body: str) -> None:
        """Add an article in one language.

        What has changed both there and, by people, here is left as it is here, and reported.
        """
        stated = {key: value for key, value in head.items() if value not in (None, "", [], ())}
        text = f"---\n{yaml_of(stated)}---\n\n{body}".encode()
        self.names[path] = name
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
        known = self.known.get(path)
        if known and known.digest != hashlib.sha256(text).hexdigest() and _was_edited(known):
            self.kept.add(path)
            reason = "changed there, and in the studio, since the last import"
            self.report(name, reason, "left as it is here")

    def add_file(self, path: str, source: Path) -> None:
        """Add an image or a download."""
        target = self.root / path
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source.resolve(), target)
        except OSError:  # another disk
            shutil.copyfile(source, target)

    def add_inline(self, name: str, address: str) -> str:
        """Keep an image that is written into a page as a file; return its path, empty if unusable."""
        head, _, data = address.partition(",")
        suffix = _INLINE_TYPES.get(head[5:].partition(";")[0].strip().lower())
        if suffix is None or len(data) > MAX_INLINE_CHARACTERS:
            self.report(name, "an image written into the page, too large or of no use", "left out")
            return ""
        try:
            is_coded = head.endswith(";base64")
            content = base64.b64decode(unquote(data)) if is_coded else unquote(data).encode()
        except (binascii.Error, ValueError):
            self.report(name, "a damaged image written into the page", "left out")
            return ""
        place = f"images/{hashlib.sha256(content).hexdigest()[:16]}{suffix}"
        target = self.root / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return place

    def key_for(self, paths: list[str], title: str) -> str:
        """Return the key of the article behind some files: that which it has, else one of its own."""
        for path in paths:
            if path in self.known:
                return self.known[path].translation.article.key
        return unique(slugify(title, fallback="article"), self.keys)

    def write_categories(self, tree: list[dict[str, Any]]) -> None:
        """Add the tree of categories."""
        if tree:
            (self.root / CATEGORIES).write_text(yaml_of(tree))


def _was_edited(known: Known) -> bool:
    shown = known.translation.public_revision
    return shown is not None and shown.message != MESSAGE


@contextmanager
def staged(source: str) -> Iterator[Staging]:
    """Yield an empty folder, removed at the end, that knows what earlier imports of a source made."""
    files = db.session.scalars(select(ImportedFile).where(ImportedFile.source == source)).all()
    translations = {
        each.id: each
        for each in db.session.scalars(
            select(Translation).options(
                joinedload(Translation.article), joinedload(Translation.public_revision)
            )
        )
    }
    known = {each.path: Known(translations[each.translation_id], each.digest) for each in files}
    keys = set(db.session.scalars(select(Article.key)))
    with tempfile.TemporaryDirectory(prefix="kb-import-") as root:
        yield Staging(Path(root), known, keys)


def import_staged(
    staging: Staging, options: ImportOptions, *, place: Path, act: str, progress: Progress | None
) -> ImportReport:
    """Import what was staged; problems are told of the things that people know, not of its files."""
    refused = options.strict and bool(staging.problems)
    done = import_folder(
        staging.root,
        options=replace(
            options,
            place=place,
            leave=frozenset(staging.kept),
            keep_addresses=True,
            dry_run=options.dry_run or refused,
        ),
        progress=progress,
    )
    told = {
        replace(each, file=staging.names.get(each.file, each.file), line=0)
        for each in done.problems
        if each.file != CATEGORIES
    }
    problems = tuple(sorted({*staging.problems, *told}))
    if done.written:
        record(act, thing="import", label=options.source, created=done.created,
               updated=done.updated, problems=len(problems))  # fmt: skip
        db.session.commit()
    return replace(done, problems=problems, notes=())
