"""Compiled postings: they rank as Whoosh does, and damage to them is noticed."""

import random
from pathlib import Path

import numpy as np
import pytest
from whoosh import index as whoosh_index
from whoosh.query import Or, Term
from whoosh.scoring import BM25F
from whoosh.util.numeric import byte_to_length, length_to_byte

from search.keyword import KeywordIndex
from search.reading.queries import Wanted
from search.scoring import LENGTH_SHARE, SATURATION
from search.segments import Segment, SegmentDamaged
from search.snapshot import Snapshot
from tests.search.conftest import document

SEED = 5
# Ours are the stems of an invented language: each word is its own.
WORDS = [
    f"{start}{end}" for start in ("ba", "do", "ki", "lu", "mo") for end in ("rag", "tix", "vup")
]


class _WhooshWithOurRarity(BM25F):  # type: ignore[misc]  # Whoosh is untyped
    """BM25F as Whoosh has it, but for the weight of a term: it has another formula for that."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(B=LENGTH_SHARE, K1=SATURATION)
        self._snapshot = snapshot

    def idf(self, _searcher: object, _field: str, term: str | bytes) -> float:
        text = term.decode() if isinstance(term, bytes) else term
        wanted = Wanted.of(text)
        return self._snapshot.score([wanted], "en").weights[wanted]


def _texts(chance: random.Random) -> list[str]:
    """Return passages of lengths that Whoosh keeps as they are: it rounds most to fit a byte."""
    kept = [each for each in range(6, 100) if byte_to_length(length_to_byte(each)) == each]
    return [" ".join(chance.choices(WORDS, k=chance.choice(kept))) for _ in range(200)]


def test_passages_rank_as_in_whoosh(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    index = KeywordIndex(tmp_path / "search")
    index.build(
        document(str(number), f"Title{number}", text) for number, text in enumerate(_texts(chance))
    )
    snapshot = index.snapshot()
    searcher = whoosh_index.open_dir(str(next(index.folder.glob("index-*")))).searcher(
        weighting=_WhooshWithOurRarity(snapshot)
    )
    with searcher:
        for _ in range(25):
            asked = chance.sample(WORDS, chance.randint(1, 4))
            ours = snapshot.score([Wanted.of(word) for word in asked], "en").passages
            theirs = np.zeros(snapshot.passage_count)
            found = searcher.search(Or([Term("body_en", word) for word in asked]), limit=None)
            for hit in found:
                theirs[hit.docnum] = hit.score
            assert np.count_nonzero(theirs) > 10
            assert np.allclose(ours, theirs, rtol=1e-5)
            order = [hit.docnum for hit in found]
            # Equal scores may stand in any order; all others stand where Whoosh has them.
            assert np.all(np.diff(ours[order]) <= 1e-6)


def test_no_byte_of_a_segment_changes_what_is_read_unnoticed(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path / "search")
    index.build([document("1", "Reset a lamp", "Hold the button.")])
    path = next(index.folder.glob("index-*/*.npz"))
    name = path.stem.removeprefix("compiled-")
    content = path.read_bytes()
    written = _read(Segment.load(path.parent, name))
    chance = random.Random(SEED)
    for at in chance.sample(range(len(content)), 400):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x41]) + content[at + 1 :])
        try:
            found = Segment.load(path.parent, name)
        except SegmentDamaged:
            continue
        assert _read(found) == written


@pytest.mark.parametrize("size", [0, 10, 500])
def test_a_segment_that_was_cut_is_noticed(tmp_path: Path, size: int) -> None:
    index = KeywordIndex(tmp_path / "search")
    index.build([document("1", "Reset a lamp", "Hold the button.")])
    path = next(index.folder.glob("index-*/*.npz"))
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(SegmentDamaged):
        Segment.load(path.parent, path.stem.removeprefix("compiled-"))


def _read(segment: Segment) -> object:
    terms = sorted(segment.terms())
    postings = [segment.postings(*term.split(":", 1)) for term in terms]
    return (
        segment.articles,
        segment.starts.tolist(),
        segment.fingerprints,
        [segment.passage(number) for number in range(segment.passage_count)],
        terms,
        [(found[0].tolist(), found[1].tolist()) for found in postings if found],
    )
