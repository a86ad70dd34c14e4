"""Which sections say already what a draft says: copies, not neighbours, and never itself."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.encoders import HashingEncoder, LazyEncoder
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.overlaps import (
    FORMULA_ARTICLES,
    MAX_ENCODED,
    MAX_PASSAGES,
    OverlapFinder,
    Overlaps,
    pairs_of,
)
from search.passages import Document, Section
from search.vectors import VectorIndex
from tests.search.conftest import DOCUMENTS, document

ERROR = DOCUMENTS[1].sections[1].text
WARRANTY = (
    "The lamp has a warranty of three years from the day of delivery. Keep the invoice, for it is "
    "the proof of purchase. A broken shade is not covered. We repair or exchange the lamp within "
    "ten days. The return is free of charge with the label of your parcel."
)
NOTICE = (
    "Unplug the appliance before any cleaning. Never pour water on hot metal parts. Keep children "
    "and animals away from the cable while it cools down for twenty minutes."
)
SITE = (
    *DOCUMENTS,
    document("7", "Warranty", WARRANTY, article="warranty"),
    document("8", "Garantie", "La lampe est garantie trois ans.", "fr", article="warranty"),
)


def _finder(folder: Path, documents: tuple[Document, ...] = SITE) -> OverlapFinder:
    index = KeywordIndex(folder / "index")
    index.build(documents)
    texts = index.snapshot().evidence()
    vectors = dict(zip(texts, HashingEncoder().encode_passages(list(texts.values())), strict=True))
    VectorIndex.write(folder / "vectors.bin", "hashing", vectors)
    encoder = LazyEncoder(HashingEncoder, name="hashing")
    encoder.wait()
    return OverlapFinder(SearchEngine(index, folder / "vectors.bin", encoder))


def _by_words(folder: Path, documents: tuple[Document, ...] = SITE) -> OverlapFinder:
    index = KeywordIndex(folder / "index")
    index.build(documents)
    return OverlapFinder(SearchEngine(index))


def _draft(text: str, locale: str = "en", **more: object) -> Document:
    return replace(document("", "", text, locale), **more)  # type: ignore[arg-type]


def _ids(found: Overlaps) -> list[str]:
    return [each.document_id for each in found.found]


def test_a_copied_section_is_named_with_its_anchor(tmp_path: Path) -> None:
    found = _finder(tmp_path).find(_draft(ERROR)).found[0]
    assert (found.document_id, found.anchor, found.path) == ("2", "error-e-21", ("Error E-21",))
    assert found.share == pytest.approx(1.0)


def test_sentences_in_another_order_and_some_left_out_are_found(tmp_path: Path) -> None:
    sentences = WARRANTY.split(". ")
    random.Random(3).shuffle(sentences)
    found = _by_words(tmp_path).find(_draft(". ".join(sentences[:4])))
    assert _ids(found) == ["7"]


def test_what_nothing_says_has_no_overlap(tmp_path: Path) -> None:
    text = (
        "Our shop in Lyon opens on Monday at ten and serves coffee to those who wait for a guide. "
        "Groups of more than eight people should call the day before their visit."
    )
    assert _by_words(tmp_path).find(_draft(text)).found == ()


def test_an_article_does_not_overlap_with_itself(tmp_path: Path) -> None:
    found = _finder(tmp_path).find(replace(_draft(WARRANTY), id="7"))
    assert "7" not in _ids(found)


def test_an_article_does_not_overlap_with_its_translations(tmp_path: Path) -> None:
    assert "7" not in _ids(_finder(tmp_path).find(_draft(WARRANTY, article="warranty")))


def test_what_is_said_in_another_language_is_no_overlap(tmp_path: Path) -> None:
    assert _ids(_by_words(tmp_path).find(_draft(WARRANTY, "fr"))) == []


def test_each_section_is_named_once(tmp_path: Path) -> None:
    twice = (Section("a", ("A",), WARRANTY), Section("b", ("B",), WARRANTY))
    found = _by_words(tmp_path).find(_draft("", sections=twice))
    assert _ids(found) == ["7"]


def test_a_notice_that_many_articles_repeat_is_no_overlap(tmp_path: Path) -> None:
    repeated = tuple(
        document(f"n{number}", f"Product {number}", NOTICE)
        for number in range(FORMULA_ARTICLES + 1)
    )
    assert _by_words(tmp_path, (*SITE, *repeated)).find(_draft(NOTICE)).found == ()
    few = _by_words(tmp_path / "few", (*SITE, *repeated[:2])).find(_draft(NOTICE))
    assert sorted(_ids(few)) == ["n0", "n1"]


def test_the_closest_come_first(tmp_path: Path) -> None:
    half = ". ".join(WARRANTY.split(". ")[:4])
    both = (Section("a", ("A",), half + " " + NOTICE), Section("b", ("B",), ERROR))
    strengths = [each.strength for each in _finder(tmp_path).find(_draft("", sections=both)).found]
    assert strengths == sorted(strengths, reverse=True)
    assert len(strengths) > 1


def test_a_book_is_compared_in_part_and_says_so(tmp_path: Path) -> None:
    pages = tuple(
        Section(f"p{number}", (f"Page {number}",), f"{WARRANTY} Page {number}.")
        for number in range(MAX_PASSAGES + 5)
    )
    found = _finder(tmp_path).find(_draft("", sections=pages))
    assert (found.passages, found.compared, found.encoded) == (
        MAX_PASSAGES + 5,
        MAX_PASSAGES,
        MAX_ENCODED,
    )


def test_a_draft_that_is_saved_again_costs_only_what_changed(tmp_path: Path) -> None:
    class Counting(HashingEncoder):
        encoded = 0

        def encode_passages(self, texts):  # type: ignore[no-untyped-def]
            Counting.encoded += len(texts)
            return super().encode_passages(texts)

    finder = _finder(tmp_path)
    finder._engine.encoder = LazyEncoder(Counting, name="hashing")
    finder._engine.encoder.wait()
    both = (Section("a", ("A",), WARRANTY), Section("b", ("B",), NOTICE))
    finder.find(_draft("", sections=both))
    finder.find(_draft("", sections=(both[0], replace(both[1], text=ERROR))))
    assert Counting.encoded == 3


def test_without_a_model_words_are_compared_and_nothing_is_missing(tmp_path: Path) -> None:
    found = _by_words(tmp_path).find(_draft(WARRANTY))
    assert (found.encoded, found.degraded, _ids(found)) == (0, None, ["7"])


def test_a_model_that_is_not_ready_is_told(tmp_path: Path) -> None:
    finder = _finder(tmp_path)
    finder._engine.encoder = LazyEncoder(HashingEncoder, name="hashing")
    found = finder.find(_draft(WARRANTY))
    assert found.degraded == "hashing is idle"
    assert _ids(found) == ["7"]


def test_without_an_index_nothing_is_found_and_the_reason_told(tmp_path: Path) -> None:
    found = OverlapFinder(SearchEngine(KeywordIndex(tmp_path / "none"))).find(_draft(WARRANTY))
    assert found.found == ()
    assert found.degraded is not None


@given(st.lists(st.sampled_from(WARRANTY.split()), min_size=1, max_size=80))
def test_shares_are_shares_and_pairs_know_no_distance(words: list[str]) -> None:
    text = " ".join(words)
    pairs = pairs_of(text, "en")
    assert pairs <= pairs_of(f"{text} {WARRANTY}", "en")


@pytest.mark.parametrize(
    "text", ["", " ", "?!", "🎉" * 500, "a" * 5_000, "\x00\x1f", "- [ ] \n" * 99]
)
def test_any_draft_is_taken(tmp_path: Path, text: str) -> None:
    assert _finder(tmp_path).find(_draft(text)).found == ()
