import logging
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.arrays import Array
from search.encoders import HashingEncoder, Vectors
from search.engine import SearchEngine
from search.fusion import NO_VECTOR
from search.reading.queries import query_terms
from search.taught.phrasings import (
    FULL_TRUST_VISITORS,
    LEADING_SHARE,
    MAX_LIFT,
    MAX_WORDS,
    PLAUSIBLE_SHARE,
    Phrasing,
    PhrasingBook,
    Phrasings,
    Support,
    dump,
    is_acceptable,
    lift,
    trust,
    typical_cosine,
    weight_at_age,
)
from search.taught.synonyms import replace_file

ENCODER = HashingEncoder()


def phrasing(
    text: str, document_id: str = "1", *, trust: float = 1.0, leads: bool = True
) -> Phrasing:
    return Phrasing(document_id, "en", text, trust, leads)


def vectors(*texts: str) -> Vectors:
    return np.asarray([ENCODER.encode_query(text) for text in texts], dtype=np.float32)


def support_for(
    engine: SearchEngine, query: str, *known: Phrasing, meant: str | None = None
) -> Support:
    """Compare by words, and by meaning too where all phrasings mean the same as `meant`."""
    snapshot, _ = engine.snapshot()
    weights = dict.fromkeys(query_terms(query, "en"), 1.0)
    rows = vectors(*[meant] * len(known)) if meant else None
    vector = ENCODER.encode_query(query) if meant else None
    found = Phrasings(known, rows).support(snapshot, "en", weights, vector, 0.1)
    assert found is not None
    return found


def at(engine: SearchEngine, values: Array, document_id: str) -> float:
    snapshot, _ = engine.snapshot()
    return float(values[snapshot.by_id[document_id]])


# What may be kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "12 34",
        "order 123456",
        "write to [e-mail]",
        "call [phone]",
        "me@home",
        "a " * (MAX_WORDS + 1),
        "x" * 200,
    ],
)
def test_nothing_personal_empty_or_long_becomes_a_phrasing(text: str) -> None:
    assert not is_acceptable(text)


@pytest.mark.parametrize("text", ["error E-21", "mot de passe oublié", "wifi", "5 GHz"])
def test_a_question_of_few_words_may(text: str) -> None:
    assert is_acceptable(text)


def test_a_vote_counts_half_after_half_a_year() -> None:
    assert weight_at_age(0) == 1.0
    assert weight_at_age(180) == pytest.approx(0.5)


def test_trust_grows_with_visitors_and_is_full_from_a_few_on() -> None:
    grown = [trust(count, count) for count in (1, 2, 3, FULL_TRUST_VISITORS, 200)]
    assert grown == sorted(grown)
    assert grown[-2:] == [1.0, 1.0]


def test_unhelpful_votes_take_trust_away() -> None:
    assert trust(2, 6) < trust(2, 2) / 2


@given(st.floats(0, 1e4), st.floats(0, 1e4))
def test_trust_is_a_share_whatever_the_votes(helpful: float, others: float) -> None:
    assert 0.0 <= trust(helpful, helpful + others) <= 1.0


# What they say of a question


def test_a_phrasing_speaks_for_its_article_where_its_words_are_asked(engine: SearchEngine) -> None:
    found = support_for(engine, "lost my key", phrasing("I lost my key"))
    assert at(engine, found.following, "1") == 1.0
    assert at(engine, found.following, "2") == 0.0


def test_a_phrasing_says_nothing_of_other_questions(engine: SearchEngine) -> None:
    found = support_for(engine, "delivery to London", phrasing("I lost my key"))
    assert not found.following.any()


def test_meaning_speaks_where_words_differ(engine: SearchEngine) -> None:
    asked, known = "broken lamp", phrasing("it does not shine any more")
    assert not support_for(engine, asked, known).following.any()
    assert support_for(engine, asked, known, meant=asked).following.any()


def test_a_phrasing_that_is_not_encoded_yet_is_compared_by_words(engine: SearchEngine) -> None:
    known = Phrasings([phrasing("lost key")], np.zeros((1, ENCODER.dimensions), np.float32))
    weights = dict.fromkeys(query_terms("lost key", "en"), 1.0)
    vector = ENCODER.encode_query("lost key")
    found = known.support(engine.snapshot()[0], "en", weights, vector, 0.1)
    assert found is not None
    assert found.following.max() == 1.0


def test_only_a_leading_phrasing_leads(engine: SearchEngine) -> None:
    found = support_for(engine, "lost key", phrasing("lost key", leads=False))
    assert (found.leading.any(), found.following.any()) == (False, True)


def test_two_hundred_phrasings_say_no_more_than_one(engine: SearchEngine) -> None:
    one = support_for(engine, "lost key", phrasing("lost key", trust=0.7))
    many = support_for(engine, "lost key", *[phrasing("lost key", trust=0.7)] * 200)
    assert one.following.max() == many.following.max() == pytest.approx(0.7)


def test_an_article_that_is_not_public_is_left_out(engine: SearchEngine) -> None:
    assert not support_for(engine, "lost key", phrasing("lost key", "99")).following.any()


def test_a_language_without_phrasings_costs_nothing(engine: SearchEngine) -> None:
    snapshot, _ = engine.snapshot()
    assert Phrasings([phrasing("key")]).support(snapshot, "fr", {}, None, 0.0) is None


def test_the_typical_cosine_leaves_out_what_is_not_encoded() -> None:
    cosines = np.array([0.2, 0.4, NO_VECTOR, 0.9])
    assert typical_cosine(cosines, np.array([True, True, True, False])) == pytest.approx(0.3)


# What they add

shares = st.floats(0.0, 1.0)
articles = st.lists(st.tuples(shares, shares, shares, st.booleans()), min_size=1, max_size=12)


def _support(rows: list[tuple[float, float, float, bool]]) -> tuple[Array, Array, Support]:
    scores, leading, following, eligible = (np.array(column) for column in zip(*rows, strict=True))
    said = np.where(following > 0, 0, -1)
    return scores, eligible.astype(bool), Support(leading, np.maximum(leading, following), said)


@given(articles)
def test_a_lift_is_bounded_and_takes_nothing_away(
    rows: list[tuple[float, float, float, bool]],
) -> None:
    scores, eligible, support = _support(rows)
    added = lift(scores, eligible, support)
    assert (added >= 0.0).all()
    assert (added <= MAX_LIFT + 1e-9).all()
    assert not added[~eligible].any()


@given(articles)
def test_votes_that_the_texts_do_not_bear_out_never_change_what_is_first(
    rows: list[tuple[float, float, float, bool]],
) -> None:
    scores, eligible, support = _support(rows)
    honest = Support(support.leading, support.leading, support.said)
    without = np.where(eligible, scores + lift(scores, eligible, honest), -1.0)
    with_them = np.where(eligible, scores + lift(scores, eligible, support), -1.0)
    if eligible.any() and without.max() > 0.0:
        assert np.isclose(without[int(with_them.argmax())], without.max(), atol=1e-5)


def test_what_is_not_plausible_by_its_text_is_not_lifted() -> None:
    scores = np.array([1.0, PLAUSIBLE_SHARE - 0.01])
    full = np.array([0.0, 1.0])
    assert not lift(scores, np.ones(2, bool), Support(full, full, np.array([-1, 0]))).any()


def test_a_leading_phrasing_carries_a_near_rival_to_the_first_place() -> None:
    scores = np.array([1.0, LEADING_SHARE + 0.01])
    full = np.array([0.0, 1.0])
    lifted = scores + lift(scores, np.ones(2, bool), Support(full, full, np.array([-1, 0])))
    assert int(lifted.argmax()) == 1


# The file


def written(path: Path, *known: Phrasing, model: str = "hashing") -> None:
    replace_file(path, dump(known, model, vectors(*(each.text for each in known))))


def test_a_book_follows_its_file(tmp_path: Path) -> None:
    path = tmp_path / "phrasings.bin"
    book = PhrasingBook(path)
    assert len(book.phrasings("hashing")) == 0
    written(path, phrasing("I lost my key"), phrasing("ma clé", "4"))
    assert [each.text for each in book.phrasings("hashing").all] == ["I lost my key", "ma clé"]


def test_a_damaged_file_leaves_the_phrasings_that_were_read_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "phrasings.bin"
    book = PhrasingBook(path)
    written(path, phrasing("I lost my key"))
    book.phrasings("hashing")
    with caplog.at_level(logging.CRITICAL, logger="search.taught.phrasings"):
        for damage in (b"", b"\xff" * 30, path.read_bytes()[:-40]):
            path.write_bytes(damage)
            assert len(book.phrasings("hashing")) == 1
            assert book.trouble


@pytest.mark.parametrize(("model", "is_compared"), [("hashing", True), ("another", False)])
def test_vectors_are_compared_with_those_of_the_same_model(
    engine: SearchEngine, tmp_path: Path, model: str, is_compared: bool
) -> None:
    known = phrasing("it does not shine any more")
    replace_file(tmp_path / "phrasings.bin", dump([known], model, vectors("broken lamp")))
    found = (
        PhrasingBook(tmp_path / "phrasings.bin")
        .phrasings("hashing")
        .support(
            engine.snapshot()[0],
            "en",
            dict.fromkeys(query_terms("broken lamp", "en"), 1.0),
            ENCODER.encode_query("broken lamp"),
            0.1,
        )
    )
    assert found is not None
    assert found.following.any() == is_compared


def test_a_search_ranks_by_phrasings_and_says_which(engine: SearchEngine, tmp_path: Path) -> None:
    query = "password delivery"
    snapshot, _ = engine.snapshot()
    before = engine.rank(snapshot, query, locale="en")
    first, second = before.order[:2].tolist()
    taught = phrasing(query, snapshot.entries[second].document_id)
    written(tmp_path / "phrasings.bin", taught)
    engine.phrasings = PhrasingBook(tmp_path / "phrasings.bin")
    after = engine.rank(snapshot, query, locale="en")
    assert after.said_as == {second: query}
    assert after.lift is not None
    assert after.scores[second] == pytest.approx(before.scores[second] + after.lift[second])
    assert after.scores[first] == pytest.approx(before.scores[first])


def test_confidence_is_not_for_sale(engine: SearchEngine) -> None:
    snapshot, _ = engine.snapshot()
    query = "something else entirely"
    taught = Phrasings([phrasing(query, "3")], vectors(query))
    asked = [engine.rank(snapshot, query, locale="en", phrasings=each) for each in (None, taught)]
    assert asked[0].confidence == asked[1].confidence
