"""Bring Markdown articles in: what `kb import` does, with files that come by the API.

All of it is written, or nothing. What was wrong in a file is reported, not hidden.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from flask import request
from marshmallow import ValidationError, fields, validate
from werkzeug.exceptions import UnsupportedMediaType

from articles.importing import ImportOptions, ImportReport, import_folder
from kb.api.idempotence import idempotent
from kb.api.operations import blueprint, scoped
from kb.api.problems import Problem, Wrong
from kb.api.schemas import Input, Language, Schema, Text
from kb.api.scopes import Scope

MAX_BYTES = 20_000_000  # of a request; what is larger is for `kb import` on the server
MAX_UNPACKED = 100_000_000  # bytes of an archive: what unpacks to more is a bomb
MAX_FILES = 5_000
MAX_PATH = 500  # characters
MAX_TEXT = 2_000_000
MAX_SOURCE = 100

operations = blueprint("import", "Articles from elsewhere, as Markdown files.")

View = TypeVar("View", bound=Callable[..., Any])


class ImportArguments(Input):
    """How to import."""

    source = Text(
        least=1,
        most=MAX_SOURCE,
        required=True,
        metadata={
            "description": "Name under which these files are remembered, so that the next import finds "
            "their articles again.",
            "example": "handbook",
        },
    )
    locale = Language(load_default="", metadata={"description": "Of files that do not say theirs."})
    dry_run = fields.Boolean(
        load_default=False, metadata={"description": "Say what would be done, and do nothing."}
    )
    strict = fields.Boolean(
        load_default=False, metadata={"description": "Write nothing if anything is wrong."}
    )
    archive_missing = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Archive what the same source had and has no more; nothing where most of it "
            "would go."
        },
    )


def _is_inside(path: str) -> None:
    """Refuse a path that leads out of the folder, or is none."""
    steps = PurePosixPath(path)
    if steps.is_absolute() or ".." in steps.parts or not steps.parts or "\\" in path:
        raise ValidationError("A relative path with `/`, that does not lead upwards.")


class ImportedFileSchema(Input):
    """A Markdown file, with front matter or without."""

    path = Text(
        least=1,
        most=MAX_PATH,
        required=True,
        validate=_is_inside,
        metadata={
            "description": "Relative, with `/`. A folder named as a language holds its files.",
            "example": "en/returns/return-a-lamp.md",
        },
    )
    text = Text(
        most=MAX_TEXT, required=True, metadata={"example": "# Return a lamp\n\nYou have 30 days.\n"}
    )


class ImportedFilesSchema(ImportArguments):
    """Files to import, in JSON."""

    files = fields.List(
        fields.Nested(ImportedFileSchema),
        required=True,
        validate=validate.Length(1, MAX_FILES),
    )


class ImportProblemSchema(Schema):
    """Something that is wrong in a file, and what was made of it."""

    file = fields.String()
    line = fields.Integer(metadata={"description": "From 1; 0 stands for the whole file."})
    reason = fields.String()
    action = fields.String()


class ImportReportSchema(Schema):
    """What an import has done, or would do."""

    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    archived = fields.Integer()
    attachments = fields.Integer()
    written = fields.Boolean(metadata={"description": "Whether anything was written."})
    problems = fields.List(fields.Nested(ImportProblemSchema))
    notes = fields.List(fields.Nested(ImportProblemSchema))


def larger(view: View) -> View:
    """Take larger requests than the site does otherwise."""

    @wraps(view)
    def taking(*args: Any, **kwargs: Any) -> Any:
        request.max_content_length = MAX_BYTES
        return view(*args, **kwargs)

    return taking  # type: ignore[return-value]


@operations.post("/import")
@scoped(Scope.IMPORT_WRITE)
@larger
@idempotent
@operations.arguments(ImportedFilesSchema)
@operations.response(200, ImportReportSchema)
def import_files(asked: Mapping[str, Any]) -> ImportReport:
    """Import files.

    Markdown files that stand in the request. They become public as their front matter says. Pictures come in an archive: see the next operation.
    """
    with tempfile.TemporaryDirectory(prefix="kb-import-") as name:
        for number, each in enumerate(asked["files"]):
            _put(Path(name), each["path"], each["text"].encode(), f"#/files/{number}/path")
        return _import(Path(name), asked)


@operations.post("/import/archive")
@scoped(Scope.IMPORT_WRITE)
@larger
@idempotent
@operations.arguments(ImportArguments, location="query")
@operations.response(200, ImportReportSchema)
@operations.doc(
    requestBody={
        "required": True,
        "description": "A ZIP archive of the folder.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
)
def import_archive(asked: Mapping[str, Any]) -> ImportReport:
    """Import an archive.

    A ZIP archive of a folder of Markdown files, with the pictures that they show.
    """
    if request.mimetype != "application/zip":
        raise UnsupportedMediaType
    with tempfile.TemporaryDirectory(prefix="kb-import-") as name:
        for path, content in _unpacked(request.get_data()):
            _put(Path(name), path, content, "#")
        return _import(Path(name), asked)


def _import(folder: Path, asked: Mapping[str, Any]) -> ImportReport:
    return import_folder(
        folder,
        options=ImportOptions(
            source=asked["source"],
            locale=asked["locale"],
            dry_run=asked["dry_run"],
            strict=asked["strict"],
            archive_missing=asked["archive_missing"],
        ),
    )


def _put(root: Path, path: str, content: bytes, pointer: str) -> None:
    place = root / path
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    except OSError as error:  # a file where a folder should be, or a name that is too long
        wrong = Wrong(f"Cannot be a file here: {error.strerror}.", pointer=pointer)
        raise Problem("invalid", errors=[wrong]) from None


def _unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the files of an archive; refuse one that is none, leads out of itself, or is a bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            if len(entries) > MAX_FILES or sum(e.file_size for e in entries) > MAX_UNPACKED:
                raise Problem("too-large", f"At most {MAX_FILES} files and 100 MB, unpacked.")
            for each in entries:
                _check_path(each.filename)
                yield each.filename, archive.read(each)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        wrong = Wrong(f"Not a ZIP archive that can be read: {error}.", pointer="#")
        raise Problem("invalid", errors=[wrong]) from None


def _check_path(path: str) -> None:
    try:
        _is_inside(path)
    except ValidationError as error:
        wrong = Wrong(f"{path}: {error.messages[0]}", pointer="#")
        raise Problem("invalid", errors=[wrong]) from None
