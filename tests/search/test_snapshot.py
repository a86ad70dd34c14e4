"""What a query asks for may be said in several forms; together they count as one term."""

from pathlib import Path

import numpy as np
import pytest

from search.keyword import KeywordIndex
from search.passages import Section
from search.reading.queries import Wanted, query_terms
from search.snapshot import Snapshot
from tests.search.conftest import document

REFUND = Wanted.of("refund")


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    made = KeywordIndex(tmp_path)
    texts = {
        "refund": "A refund takes five days.",
        "money": "We send your money back in five days.",
        "both": "A refund, or money back, in five days.",
        "back": "Come back in five days.",
        "away": "Nothing of the kind happens here.",
    }
    sections = {key: (Section("", (), text),) for key, text in texts.items()}
    made.build([document(key, "", "", sections=sections[key]) for key in texts])
    return made.snapshot()


def _scores(snapshot: Snapshot, *wanted: Wanted) -> dict[str, float]:
    scores = snapshot.score(wanted, "en")
    return {
        each.document_id: float(scores.articles[number])
        for number, each in enumerate(snapshot.entries)
    }


def test_an_article_is_found_by_any_form(snapshot: Snapshot) -> None:
    scores = _scores(snapshot, REFUND.or_as("money", "back"))
    assert {key for key, score in scores.items() if score > 0} == {"refund", "money", "both"}


def test_a_form_of_two_stems_wants_both(snapshot: Snapshot) -> None:
    assert _scores(snapshot, REFUND.or_as("money", "back"))["back"] == 0.0


def test_a_synonym_said_beside_the_word_does_not_double_its_score(snapshot: Snapshot) -> None:
    scores = _scores(snapshot, REFUND.or_as("money", "back"))
    assert scores["both"] < 1.5 * scores["refund"]


def test_a_form_of_less_weight_is_worth_less(snapshot: Snapshot) -> None:
    whole = _scores(snapshot, REFUND.or_as("money"))
    half = _scores(snapshot, REFUND.or_as("money", weight=0.5))
    assert half["money"] == pytest.approx(0.5 * whole["money"])


def test_what_is_said_in_any_form_is_covered(snapshot: Snapshot) -> None:
    wanted = [REFUND.or_as("money"), Wanted.of("day")]
    found = snapshot.score(wanted, "en").coverage
    assert found[snapshot.by_id["money"]] == found[snapshot.by_id["refund"]] == 1.0


def test_forms_that_nobody_says_change_nothing(snapshot: Snapshot) -> None:
    plain, more = (_scores(snapshot, each) for each in (REFUND, REFUND.or_as("xylophon")))
    assert plain == pytest.approx(more)


def test_a_word_typed_twice_counts_twice() -> None:
    assert query_terms("refund my refunds", "en") == [Wanted.of("refund", times=2)]


def test_a_withdrawn_article_scores_nothing_and_makes_no_word_frequent(tmp_path: Path) -> None:
    texts = {"kept": "A refund takes five days.", "gone": "A refund, a refund, a refund."}
    documents = {
        key: document(key, "Refund", "", sections=(Section("", (), text),))
        for key, text in texts.items()
    }
    index = KeywordIndex(tmp_path)
    index.build(documents.values())
    index.update(removed=["gone"])
    never = KeywordIndex(tmp_path / "never")
    never.build([documents["kept"]])
    scores = index.snapshot().score([REFUND], "en")
    assert np.count_nonzero(scores.articles) == 1
    assert scores.weights == never.snapshot().score([REFUND], "en").weights
