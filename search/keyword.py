"""The keyword index: Whoosh keeps the passages and their postings, arrays rank them.

Whoosh's scorers loop in Python over every posting, so each segment is compiled at commit into
numpy arrays. Readers load only those, through one manifest that is replaced atomically: they
never see Whoosh while it writes, and one writer at a time holds a lock.
"""

import fcntl
import hashlib
import json
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from whoosh import index as whoosh_index
from whoosh.analysis import Analyzer as WhooshAnalyzer
from whoosh.analysis import Token
from whoosh.fields import ID, STORED, TEXT, Schema

from search.analysis import ANALYSIS_VERSION, analyzer, language_of
from search.files import is_full, replacing
from search.passages import PASSAGES_VERSION, Document, cut, labels, standalone_lines
from search.segments import Segment, SegmentDamaged, compile_segment, file_of
from search.snapshot import Snapshot

FORMAT = f"4.{ANALYSIS_VERSION}.{PASSAGES_VERSION}"
LOCK_TIMEOUT_SECONDS = 30.0
MERGE_ABOVE_SEGMENTS = 8  # 20 unmerged segments answer 2.7 times slower (search-facts)
WRITER_MEMORY_MB = 256
KEEP_OLD_SECONDS = 120.0  # a reader that has just read the manifest must find its files


class IndexLocked(RuntimeError):
    """Another process writes the index and did not finish within the timeout."""


class IndexMissing(RuntimeError):
    """There is no index yet, or it is of another format."""


class IndexDamaged(RuntimeError):
    """The index cannot be read."""


class _Terms(WhooshAnalyzer):  # type: ignore[misc]  # Whoosh is untyped
    """Our chain in the shape that Whoosh expects."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, value: str, **_options: Any) -> Iterator[Token]:
        token = Token()
        token.boost = 1.0
        for term in analyzer(self.language).terms(value):
            token.text = term
            yield token


def digest(document: Document) -> str:
    """Identify the content of a document, to tell whether the index has it already."""
    content = json.dumps(asdict(document), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class KeywordIndex:
    """An index in one folder; any number of processes may hold one and read."""

    def __init__(self, folder: Path) -> None:
        """Bind to a folder, which need not exist yet."""
        self.folder = folder
        self._loading = Lock()
        self._snapshot: Snapshot | None = None
        self._stamp: tuple[int, int] | None = None

    # Reading

    @property
    def manifest_path(self) -> Path:
        """The small file that says which files are the index now."""
        return self.folder / "manifest.json"

    def snapshot(self) -> Snapshot:
        """Return the newest committed state; costs one stat when nothing changed.

        Raises IndexMissing or IndexDamaged; a snapshot loaded earlier stays valid for ever.
        """
        stamp = self._read_stamp()
        if stamp is None:
            raise IndexMissing(str(self.folder))
        if stamp == self._stamp and self._snapshot is not None:
            return self._snapshot
        with self._loading:
            if stamp != self._stamp or self._snapshot is None:
                self._snapshot = self._load()
                self._stamp = stamp
            return self._snapshot

    def _read_stamp(self) -> tuple[int, int] | None:
        try:
            found = self.manifest_path.stat()
        except FileNotFoundError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _load(self, attempts: int = 3) -> Snapshot:
        for attempt in range(attempts):
            manifest = self._manifest()
            if manifest is None:
                raise IndexMissing(str(self.folder))
            try:
                return self._assemble(manifest)
            except (FileNotFoundError, SegmentDamaged) as error:
                # The writer may have swapped folders since the manifest was read.
                if attempt == attempts - 1:
                    raise IndexDamaged(str(error)) from error
                time.sleep(0.02)
        raise IndexDamaged(str(self.folder))

    def _assemble(self, manifest: dict[str, Any]) -> Snapshot:
        known = {seg.name: seg for seg in self._snapshot.segments} if self._snapshot else {}
        home = self.folder / manifest["folder"]
        segments = [
            (known.get(item["name"]) or Segment.load(home, item["name"]), item["deleted"])
            for item in manifest["segments"]
        ]
        return Snapshot(segments, generation=f"{manifest['folder']}.{manifest['whoosh']}")

    def _manifest(self) -> dict[str, Any] | None:
        """Return the manifest, or None where there is none of today's format."""
        try:
            manifest: dict[str, Any] = json.loads(self.manifest_path.read_text("utf-8"))
            usable = manifest["format"] == FORMAT and bool(manifest["folder"])
            whole = not usable or manifest.pop("checksum") == _checksum(manifest)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{self.manifest_path}: {error}") from error
        if not whole:
            raise IndexDamaged(f"{self.manifest_path} is not as it was written")
        return manifest if usable else None

    # Writing

    def build(self, documents: Iterable[Document]) -> None:
        """Index everything anew in a folder of its own and swap it in atomically."""
        with self._writing():
            name = f"index-{uuid4().hex[:12]}"
            home = self.folder / name
            home.mkdir(parents=True)
            try:
                self._fill(home, list(documents))
            except BaseException:
                shutil.rmtree(home, ignore_errors=True)  # a full disk gets its room back
                raise

    def _fill(self, home: Path, documents: Sequence[Document]) -> None:
        languages = {language_of(document.locale) for document in documents}
        index = whoosh_index.create_in(str(home), _schema(languages))
        writer = index.writer(limitmb=WRITER_MEMORY_MB)
        with _cancelled_on_failure(writer):
            for document in documents:
                for fields in fields_of(document):
                    writer.add_document(**fields)
            writer.commit(optimize=True)
        self._publish(home, index)

    def update(self, changed: Iterable[Document] = (), removed: Iterable[str] = ()) -> None:
        """Replace and remove documents; everything is visible at once, or nothing is.

        Raises IndexMissing or IndexDamaged where the index must be built anew.
        """
        changed, removed = list(changed), list(removed)
        with self._writing():
            manifest = self._manifest()
            if manifest is None:
                raise IndexMissing(str(self.folder))
            home = self.folder / manifest["folder"]
            try:
                index = whoosh_index.open_dir(str(home))
                if index.latest_generation() != manifest["whoosh"]:
                    removed += self._strays(index, {*removed, *(each.id for each in changed)})
                self._write(index, changed, removed)
            except (whoosh_index.EmptyIndexError, OSError, EOFError) as error:
                if isinstance(error, OSError) and is_full(error):
                    raise
                raise IndexDamaged(str(error)) from error
            self._publish(home, index)

    def _strays(self, index: Any, touched: set[str]) -> list[str]:
        """Return what a writer killed before it could publish has left in Whoosh, to be removed.

        Where it has changed or removed what readers still see, and nobody writes that anew now,
        this raises IndexDamaged: what readers see stays until a new index is built beside it.
        """
        with index.reader() as reader:
            stored = (fields.get("article") for fields in reader.all_stored_fields())
            articles = [json.loads(each) for each in stored if each]
        written = {each["id"]: each["digest"] for each in articles if each["id"] not in touched}
        seen = self.snapshot()
        published = {
            identifier: seen.entries[number].digest
            for identifier, number in seen.by_id.items()
            if identifier not in touched
        }
        if any(written.get(identifier) != mark for identifier, mark in published.items()):
            raise IndexDamaged(f"{self.folder}: a writer was killed in the middle of a change")
        return [identifier for identifier in written if identifier not in published]

    def _write(self, index: Any, changed: Sequence[Document], removed: Sequence[str]) -> None:
        writer = index.writer(limitmb=WRITER_MEMORY_MB)
        with _cancelled_on_failure(writer):
            present = set(index.schema.names())
            for language in {language_of(document.locale) for document in changed}:
                if f"body_{language}" not in present:
                    for field, kind in _language_fields(language).items():
                        writer.add_field(field, kind)
            for identifier in [*removed, *(document.id for document in changed)]:
                writer.delete_by_term("document", identifier)
            for document in changed:
                for fields in fields_of(document):
                    writer.add_document(**fields)
            crowded = len(index._segments()) >= MERGE_ABOVE_SEGMENTS
            writer.commit(optimize=crowded, merge=crowded)

    def _publish(self, home: Path, index: Any) -> None:
        """Compile what is new and replace the manifest, the one act that readers see."""
        segments = []
        with index.reader() as reader:
            for leaf, _ in reader.leaf_readers():
                if leaf.segment() is None:  # an index without any article
                    continue
                name = leaf.segment().segment_id()
                compile_segment(leaf, home, name)
                deleted = sorted(leaf.segment().deleted_docs())
                segments.append({"name": name, "deleted": [int(number) for number in deleted]})
        manifest = {
            "format": FORMAT,
            "folder": home.name,
            "whoosh": index.latest_generation(),
            "segments": segments,
        }
        self._replace_manifest(manifest)
        self._sweep(home, {str(segment["name"]) for segment in segments})

    def _replace_manifest(self, manifest: dict[str, Any]) -> None:
        with replacing(self.manifest_path) as file:
            file.write(json.dumps({**manifest, "checksum": _checksum(manifest)}).encode())

    def _sweep(self, home: Path, names: set[str]) -> None:
        """Remove what no reader can still be about to open."""
        limit = time.time() - KEEP_OLD_SECONDS
        for path in self.folder.glob("index-*"):
            if path != home and path.stat().st_mtime < limit:
                shutil.rmtree(path, ignore_errors=True)
        kept = {file_of(home, name) for name in names}
        for path in home.glob("*.npz"):
            if path not in kept and path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the writer's lock, which the system frees even after kill -9."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "writer.lock").open("w") as lock:
            deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
            while not _locked(lock.fileno()):
                if time.monotonic() > deadline:
                    raise IndexLocked(str(self.folder))
                time.sleep(0.02)
            yield


@contextmanager
def _cancelled_on_failure(writer: Any) -> Iterator[None]:
    """Let a writer of Whoosh give its locks and files back where it cannot finish."""
    try:
        yield
    except BaseException:
        if not writer.is_closed:
            with suppress(Exception):  # what went wrong first is what counts
                writer.cancel()
        raise


def _checksum(manifest: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(manifest, sort_keys=True).encode())


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _language_fields(language: str) -> dict[str, Any]:
    return {
        f"body_{language}": TEXT(analyzer=_Terms(language), phrase=False),
        f"name_{language}": TEXT(analyzer=_Terms(language), phrase=False),
    }


def _schema(languages: Iterable[str]) -> Schema:
    fields = {"document": ID, "passage": STORED, "article": STORED}
    for language in sorted(languages):
        fields.update(_language_fields(language))
    return Schema(**fields)


def fields_of(document: Document) -> Iterator[dict[str, str]]:
    """Yield the fields of every passage; those of the first also carry what names the article."""
    language = language_of(document.locale)
    named = labels(document)
    for passage in cut(document):
        fields = {
            "document": document.id,
            "passage": json.dumps(
                [passage.anchor, passage.path, passage.text, passage.fingerprint],
                ensure_ascii=False,
            ),
            f"body_{language}": "\n".join([*passage.path[-1:], passage.text]),
        }
        if passage.ordinal == 0:
            fields["article"] = json.dumps(_entry(document, named), ensure_ascii=False)
            fields[f"name_{language}"] = "\n".join([*named, *document.synonyms])
        yield fields


def _entry(document: Document, named: Sequence[str]) -> dict[str, Any]:
    return {
        "id": document.id,
        "locale": document.locale,
        "title": document.title,
        "category": document.category,
        "ancestors": document.ancestors,
        "kind": document.kind,
        "labels": named,
        "synonyms": document.synonyms,
        "lines": standalone_lines(document),
        "address": document.address,
        "article": document.article,
        "audience": document.audience,
        "digest": document.stamp or digest(document),
    }
