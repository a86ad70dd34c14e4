"""One Whoosh segment compiled into arrays: the postings of each term and the stored texts."""

import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from search.analysis import analyzer, language_of
from search.files import replacing
from search.positions import Positions, Unit, compile_positions

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


class SegmentDamaged(RuntimeError):
    """A compiled segment cannot be read."""


class Postings(NamedTuple):
    """Terms laid end to end: their passages, how often each holds them, and where each ends."""

    fields: dict[str, list[int]]  # the stretch of each field
    terms: list[str]  # as `field:term`
    numbers: list[int]
    counts: list[float]
    ends: list[int]


def file_of(folder: Path, name: str) -> Path:
    """Return where a compiled segment lies.

    Whoosh removes every file that is called like its segments once they are merged, which is before
    the manifest says so: these must not be called like them.
    """
    return folder / f"compiled-{name}.npz"


class Segment:
    """Immutable arrays of one segment; passage numbers count from zero within it."""

    def __init__(self, name: str, arrays: dict[str, Any]) -> None:
        """Take the arrays as `compile_segment` wrote them."""
        self.name = name
        self.articles: list[dict[str, Any]] = json.loads(arrays["articles"].tobytes())
        self.starts: Ints = arrays["starts"]  # first passage of each article
        self.fingerprints: list[str] = arrays["fingerprints"].tobytes().decode().split()
        self._texts: bytes = arrays["texts"].tobytes()
        self._text_ends = arrays["text_ends"]
        self._numbers: Ints = arrays["numbers"]
        self._counts: Floats = arrays["counts"]
        self._ends = arrays["ends"]
        self._fields: dict[str, list[int]] = json.loads(arrays["fields"].tobytes())
        vocabulary = arrays["terms"].tobytes().decode("utf-8", "surrogatepass")
        self._slots = {term: slot for slot, term in enumerate(vocabulary.split("\n")) if term}
        self.positions = Positions(
            arrays["words"].tobytes().decode("utf-8", "surrogatepass"), arrays
        )

    @classmethod
    def load(cls, folder: Path, name: str) -> "Segment":
        """Read one segment's file; raises SegmentDamaged, or FileNotFoundError."""
        try:
            path = file_of(folder, name)
            with path.open("rb") as file, np.load(file) as arrays:
                return cls(name, {key: arrays[key] for key in arrays.files})
        # zipfile compares a checksum of every array, and raises all of these at damage.
        except (ValueError, KeyError, OSError, EOFError, RuntimeError, zipfile.BadZipFile) as error:
            if isinstance(error, FileNotFoundError):
                raise
            raise SegmentDamaged(f"{name}: {error}") from error

    @property
    def passage_count(self) -> int:
        """The number of passages, deleted ones included."""
        return len(self._text_ends)

    def postings(self, field: str, term: str) -> tuple[Ints, Floats] | None:
        """Return (passage numbers, counts) of a term, ascending, or None if it is unknown."""
        slot = self._slots.get(f"{field}:{term}")
        if slot is None:
            return None
        start = int(self._ends[slot - 1]) if slot else 0
        end = int(self._ends[slot])
        return self._numbers[start:end], self._counts[start:end]

    def lengths(self, field: str) -> npt.NDArray[np.float64]:
        """Return the number of terms of each passage in a field."""
        start, end = self._fields.get(field, (0, 0))
        numbers, counts = self._numbers[start:end], self._counts[start:end]
        return np.bincount(numbers, counts, minlength=self.passage_count).astype(np.float64)

    def terms(self) -> Iterator[str]:
        """Yield every indexed term as `field:term`."""
        return iter(self._slots)

    def passage(self, number: int) -> tuple[str, tuple[str, ...], str]:
        """Return (anchor, heading path, text) of one passage."""
        start = int(self._text_ends[number - 1]) if number else 0
        stored = json.loads(self._texts[start : int(self._text_ends[number])])
        anchor, path, text, _fingerprint = stored
        return anchor, tuple(path), text


def compile_segment(reader: Any, folder: Path, name: str) -> None:
    """Write the arrays of one Whoosh segment beside it, atomically, unless they exist."""
    target = file_of(folder, name)
    if target.exists():
        return
    stored = (reader.stored_fields(number) for number in range(reader.doc_count_all()))
    arrays = _arrays(stored, _postings(reader))
    with replacing(target) as file:
        np.savez(file, **arrays)


def segment_in_memory(fields: Sequence[Mapping[str, str]], name: str) -> Segment:
    """Return what would be compiled of passages, given by their fields, if they were written.

    Nothing is written, and Whoosh takes no part: a draft is looked at between two key strokes.
    """
    return Segment(name, _arrays(fields, _counted(fields)))


def _arrays(stored: Iterable[Mapping[str, Any]], postings: Postings) -> dict[str, Any]:
    """Return the arrays of a segment from the stored fields of its passages, and its terms."""
    articles, starts, texts = _texts(stored)
    fields, terms, numbers, counts, ends = postings
    positions = compile_positions(_units(articles, starts, texts))
    return {
        "articles": _bytes(json.dumps(articles, ensure_ascii=False)),
        "starts": np.asarray(starts, dtype=np.int32),
        "texts": _bytes("".join(texts)),
        "fingerprints": _bytes("\n".join(json.loads(text)[3] for text in texts)),
        "text_ends": np.cumsum([len(text.encode("utf-8", "surrogatepass")) for text in texts]),
        "fields": _bytes(json.dumps(fields)),
        "terms": _bytes("\n".join(terms)),
        "numbers": np.asarray(numbers, dtype=np.int32),
        "counts": np.asarray(counts, dtype=np.float32),
        "ends": np.asarray(ends, dtype=np.int64),
        **positions,
        "words": _bytes(positions["words"]),
    }


def _texts(
    stored: Iterable[Mapping[str, Any]],
) -> tuple[list[dict[str, Any]], list[int], list[str]]:
    """Read stored fields in passage order; deleted passages keep their place."""
    articles: list[dict[str, Any]] = []
    starts: list[int] = []
    texts: list[str] = []
    for number, fields in enumerate(stored):
        if "article" in fields:
            articles.append(json.loads(fields["article"]))
            starts.append(number)
        texts.append(fields["passage"])
    return articles, starts, texts


def _units(articles: list[dict[str, Any]], starts: list[int], texts: list[str]) -> Iterator[Unit]:
    """Yield every text whose words are looked up as they are written, names before passages."""
    for article, start, end in zip(articles, starts, [*starts[1:], len(texts)], strict=True):
        language = language_of(article["locale"])
        for name in (*article["labels"], *article["synonyms"]):
            yield start, language, name
        for number in range(start, end):
            _anchor, path, text, _fingerprint = json.loads(texts[number])
            yield number, language, "\n".join([*path[-1:], text])


def _counted(passages: Sequence[Mapping[str, str]]) -> Postings:
    """Return the same as `_postings` of passages that no index holds, by the same analyzers."""
    found: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for number, fields in enumerate(passages):
        for field, text in fields.items():
            if not is_indexed(field):
                continue
            terms = found.setdefault(field, {})
            for term, count in Counter(analyzer(field.partition("_")[2]).terms(text)).items():
                terms.setdefault(term, []).append((number, count))
    laid = Postings({}, [], [], [], [])
    for field in sorted(found):
        first = len(laid.numbers)
        for term, places in sorted(found[field].items()):
            laid.numbers.extend(number for number, _ in places)
            laid.counts.extend(float(count) for _, count in places)
            laid.terms.append(f"{field}:{term}")
            laid.ends.append(len(laid.numbers))
        laid.fields[field] = [first, len(laid.numbers)]
    return laid


def is_indexed(field: str) -> bool:
    """Tell a field whose words are searched, `body_LANGUAGE` or `name_LANGUAGE`."""
    return field.startswith(("body_", "name_"))


def _postings(reader: Any) -> Postings:
    """Return the stretch of each field, then terms and postings laid end to end."""
    fields: dict[str, list[int]] = {}
    terms: list[str] = []
    numbers: list[int] = []
    counts: list[float] = []
    ends: list[int] = []
    for field in sorted(reader.indexed_field_names()):
        if field == "document":
            continue
        first = len(numbers)
        for raw in reader.lexicon(field):
            term = raw.decode("utf-8", "surrogatepass") if isinstance(raw, bytes) else raw
            matcher = reader.postings(field, raw)
            while matcher.is_active():
                numbers.append(matcher.id())
                counts.append(matcher.weight())
                matcher.next()
            terms.append(f"{field}:{term}")
            ends.append(len(numbers))
        fields[field] = [first, len(numbers)]
    return Postings(fields, terms, numbers, counts, ends)


def _bytes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
