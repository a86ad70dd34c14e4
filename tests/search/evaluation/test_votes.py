from collections.abc import Iterator
from pathlib import Path

import pytest

from search.encoders import lazy_encoder
from search.evaluation.judgments import JudgedSet, Query
from search.evaluation.running import Bench, bench
from search.evaluation.votes import Votes, measure_votes
from search.vectors import VectorStore
from tests.search.conftest import document

ASKED = {
    "lamp": ("lamp is broken", "the lamp broke down", "my lamp broke", "broken lamp"),
    "key": ("lost my key", "key is lost", "cannot find the key", "I cannot find my key"),
    "parcel": ("where is my parcel", "parcel not here", "find my parcel", "parcel is lost"),
}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Bench]:
    texts = {
        "lamp": "When a lamp breaks, send it back.",
        "key": "Ask for another key when yours cannot be found.",
        "parcel": "Find out where your parcel is.",
    }
    queries = [
        Query(f"{name}-{number}", text, "en")
        for name, wordings in ASKED.items()
        for number, text in enumerate(wordings)
    ]
    judged = JudgedSet(
        "tiny",
        tuple(document(name, name.capitalize(), text) for name, text in texts.items()),
        tuple(queries),
        {query.id: {query.id.split("-")[0]: 1} for query in queries},
    )
    store = VectorStore(tmp_path / "vectors.sqlite3")
    with bench(judged, store=store, encoder=lazy_encoder("hashing")) as found:
        yield found


@pytest.fixture
def votes(made: Bench) -> Votes:
    return measure_votes(made, made.judged.judged)


def test_half_of_the_queries_votes_and_the_other_half_asks(votes: Votes) -> None:
    assert (votes.past, votes.asked) == (6, 6)


def test_the_simulation_says_the_same_each_time(made: Bench, votes: Votes) -> None:
    assert measure_votes(made, made.judged.judged).as_json() == votes.as_json()


def test_honest_votes_do_no_harm(votes: Votes) -> None:
    assert votes.after >= votes.before


def test_no_wrong_article_is_pushed_to_the_top(votes: Votes) -> None:
    assert votes.campaign.tries > 0
    assert votes.every_question.tries > 0
    assert (votes.campaign.pushed, votes.every_question.pushed) == (0, 0)


def test_without_a_model_words_alone_are_compared(made: Bench, tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "others.sqlite3")
    with bench(made.judged, store=store, encoder=None) as plain:
        found = measure_votes(plain, plain.judged.judged)
    assert found.after >= found.before
