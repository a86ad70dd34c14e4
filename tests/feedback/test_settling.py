"""Claims about when and how outcomes are decided, on both databases."""

import pytest
from sqlalchemy import select

from feedback.models import SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.settling import recompute, settle
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, BOB, at, read, search, vote

pytestmark = pytest.mark.usefixtures("any_app")

LATER = at(minutes=120)


def outcome(intent: int) -> Outcome | None:
    db.session.expire_all()
    kept = db.session.get(SearchIntent, intent)
    assert kept is not None
    return kept.outcome


def test_an_open_visit_is_left_alone() -> None:
    intent = search(ALICE, "lamp", weak=True)
    assert settle(at(minutes=29.9)) == 0
    assert outcome(intent) is None


def test_a_visit_is_decided_after_thirty_minutes_of_silence() -> None:
    intent = search(ALICE, "lamp", weak=True, matched=1)
    assert settle(at(minutes=30)) == 1
    assert outcome(intent) is Outcome.WEAK


def test_settling_again_changes_nothing() -> None:
    search(ALICE, "lamp")
    settle(LATER)
    assert settle(LATER) == 0


def test_recomputing_gives_the_same_outcomes() -> None:
    lamp = factories.article()
    intents = [search(ALICE, "lamp", lamp), search(BOB, "relais", weak=True, matched=0)]
    read(ALICE, lamp, seconds=30, moment=at(5))
    settle(LATER)
    before = [outcome(each) for each in intents]
    assert recompute(LATER) == 2
    assert [outcome(each) for each in intents] == before == [Outcome.ANSWERED, Outcome.NO_RESULT]


def test_reading_a_result_answers_the_search_that_showed_it() -> None:
    lamp = factories.article()
    intent = search(ALICE, "lamp flickers", lamp)
    read(ALICE, lamp, seconds=10, query="lamp flickers", moment=at(4))
    settle(LATER)
    assert outcome(intent) is Outcome.ANSWERED


def test_a_glance_answers_nothing() -> None:
    lamp = factories.article()
    intent = search(ALICE, "lamp flickers", lamp)
    read(ALICE, lamp, seconds=4, moment=at(4))
    settle(LATER)
    assert outcome(intent) is Outcome.OPENED


def test_a_helpful_vote_without_javascript_answers() -> None:
    lamp = factories.article()
    intent = search(ALICE, "lamp flickers", lamp)
    vote(ALICE, lamp, helpful=True, moment=at(20))
    settle(LATER)
    assert outcome(intent) is Outcome.ANSWERED


def test_a_vote_against_outweighs_a_long_reading() -> None:
    lamp = factories.article()
    intent = search(ALICE, "lamp flickers", lamp)
    read(ALICE, lamp, seconds=90, moment=at(4))
    vote(ALICE, lamp, helpful=False, moment=at(95))
    settle(LATER)
    assert outcome(intent) is Outcome.OPENED


def test_asking_again_after_reading_takes_the_answer_back() -> None:
    lamp = factories.article()
    first = search(ALICE, "lamp flickers", lamp)
    read(ALICE, lamp, seconds=20, moment=at(4))
    search(ALICE, "flickering lamp", lamp, moment=at(60))
    settle(LATER)
    assert outcome(first) is Outcome.OPENED


def test_good_results_followed_by_other_words_are_reformulated() -> None:
    lamp = factories.article()
    first = search(ALICE, "lamp flickers", lamp)
    second = search(ALICE, "flickering lamp", lamp, moment=at(30))
    settle(LATER)
    assert [outcome(first), outcome(second)] == [Outcome.REFORMULATED, Outcome.NO_CLICK]


def test_one_visitor_s_reading_does_not_answer_another_s_search() -> None:
    lamp = factories.article()
    search(ALICE, "lamp", lamp)
    other = search(BOB, "lamp", lamp)
    read(ALICE, lamp, seconds=60, query="lamp", moment=at(4))
    settle(LATER)
    assert outcome(other) is Outcome.NO_CLICK


def test_every_visit_is_settled_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.settling.BATCH_VISITS", 2)
    for number in range(5):
        search(ALICE, f"question {number}", moment=at(minutes=40 * number))
    assert settle(at(days=1)) == 5
    assert not db.session.scalars(select(Visit).where(Visit.settled_at.is_(None))).all()
