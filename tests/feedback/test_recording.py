"""Claims about what is written down of what visitors do, on both databases."""

import sqlite3
from collections.abc import Iterator
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from feedback.models import ArticleRead, Reason, SearchIntent, Visit, Vote
from feedback.recording import (
    promise,
    record_search,
    shown_by,
    watch,
)
from feedback.spool.state import state
from feedback.voting import StaleDetails, VoteLimitReached, record_details
from feedback.writing import NotRecorded
from kb.db import db
from search.results import Hit, Mode, Results
from tests import factories
from tests.feedback.cast import (
    ALICE,
    BOB,
    ROBOT,
    START,
    WRITER,
    at,
    publish_again,
    read,
    search,
    shown,
    vote,
)

T = TypeVar("T")

pytestmark = pytest.mark.usefixtures("any_app")


def only(model: type[T]) -> T:
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def count(model: type[object]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_search_keeps_the_facts_that_its_outcome_is_decided_from() -> None:
    lamp = factories.article()
    search(ALICE, "Lamp  flickers ?", lamp, weak=True, matched=0)
    kept = only(SearchIntent)
    assert (kept.query, kept.normalised, kept.shown, kept.matched, kept.weak, kept.outcome) == (
        "Lamp flickers ?", "lamp flickers", [lamp.id], 0, True, None,
    )  # fmt: skip


def test_personal_data_never_reaches_the_database() -> None:
    search(ALICE, "refund to FR76 3000 6000 0112 3456 7890 189 for ann@mail.example")
    kept = only(SearchIntent)
    assert kept.query == "refund to [iban] for [e-mail]"
    assert "7630006" not in kept.normalised.replace(" ", "")


def test_keystrokes_are_one_intent_with_the_last_words_and_results() -> None:
    lamp = factories.article()
    for second, typed in enumerate(["la", "lamp", "lamp fli", "lamp flickers"]):
        search(ALICE, typed, *([lamp] if second == 3 else []), moment=at(second))
    kept = only(SearchIntent)
    assert (kept.query, kept.shown, kept.times) == ("lamp flickers", [lamp.id], 4)


def test_the_same_question_twice_in_a_visit_is_one_intent() -> None:
    search(ALICE, "lamp flickers")
    search(ALICE, "Lamp flickers", moment=at(minutes=20))
    assert only(SearchIntent).times == 2


def test_a_question_from_long_before_others_is_known_again() -> None:
    first = search(ALICE, "lamp flickers")
    for number in range(5):
        search(ALICE, f"other matter {number} entirely", moment=at(minutes=1 + number))
    assert search(ALICE, "Lamp flickers?", moment=at(minutes=10)) == first


def test_the_second_page_adds_to_what_was_shown() -> None:
    first, second = factories.article(), factories.article("Refund times")
    search(ALICE, "lamp", first)
    search(ALICE, "lamp", second, page=2, moment=at(30))
    assert only(SearchIntent).shown == [first.id, second.id]


def test_a_reformulation_is_linked_to_what_it_asks_again() -> None:
    first = search(ALICE, "lamp flickers")
    second = search(ALICE, "flickering lamp bulb", moment=at(30))
    kept = db.session.get(SearchIntent, second)
    assert kept is not None
    assert kept.reformulation_of_id == first


def test_a_click_in_between_unlinks_other_words() -> None:
    lamp = factories.article()
    search(ALICE, "lamp flickers", lamp)
    read(ALICE, lamp, seconds=3, moment=at(5))
    second = search(ALICE, "flickering lamp bulb", moment=at(30))
    kept = db.session.get(SearchIntent, second)
    assert kept is not None
    assert kept.reformulation_of_id is None


def test_thirty_minutes_of_silence_close_a_visit() -> None:
    search(ALICE, "lamp")
    search(ALICE, "relais", moment=at(minutes=29.9))
    search(ALICE, "refund", moment=at(minutes=59.9))
    visits = db.session.scalars(select(Visit).order_by(Visit.number)).all()
    assert [(each.number, each.last_seen_at) for each in visits] == [
        (1, at(minutes=29.9)), (2, at(minutes=59.9)),
    ]  # fmt: skip


def test_two_visitors_have_visits_of_their_own() -> None:
    search(ALICE, "lamp")
    search(BOB, "lamp")
    assert (count(Visit), count(SearchIntent)) == (2, 2)


def test_robots_and_staff_are_kept_apart_not_thrown_away() -> None:
    search(ROBOT, "lamp")
    search(WRITER, "lamp")
    kinds = db.session.execute(select(Visit.is_bot, Visit.is_staff).order_by(Visit.id)).all()
    assert [tuple(each) for each in kinds] == [(True, False), (False, True)]


@pytest.mark.parametrize("nothing", ["", "   ", "\x00\x07"])
def test_an_empty_question_leaves_no_trace(nothing: str) -> None:
    assert record_search(ALICE, query=nothing, locale="en", shown=shown()) is None
    assert count(Visit) == 0


@pytest.mark.parametrize("hostile", ["a\x00b", "\ud83d", "x" * 50_000, "' OR 1=1 --", "😀" * 400])
def test_any_question_can_be_stored(hostile: str) -> None:
    record_search(ALICE, query=hostile, locale="en", shown=shown())
    assert state().lost == 0


def test_a_reading_keeps_its_longest_time_and_the_question_that_led_there() -> None:
    lamp = factories.article()
    intent = search(ALICE, "lamp flickers", lamp)
    read(ALICE, lamp, seconds=45, query="lamp flickers", moment=at(10))
    read(ALICE, lamp, seconds=12, query="lamp flickers", moment=at(100))
    kept = only(ArticleRead)
    assert (kept.read_seconds, kept.intent_id, kept.opened_at) == (45, intent, at(10))


def test_a_question_that_was_never_asked_cannot_be_claimed() -> None:
    lamp = factories.article()
    read(ALICE, lamp, seconds=12, query="made up")
    assert only(ArticleRead).intent_id is None


def test_without_a_question_the_latest_search_that_showed_the_article_led_there() -> None:
    lamp, refund = factories.article(), factories.article("Refund times")
    search(ALICE, "lamp", lamp)
    expected = search(ALICE, "broken lamp", refund, lamp, moment=at(100))
    search(ALICE, "refund", refund, moment=at(200))
    vote(ALICE, lamp, helpful=True, moment=at(210))
    assert (only(Vote).intent_id, only(Vote).query) == (expected, "broken lamp")


def test_a_vote_is_on_the_revision_and_carries_question_and_language() -> None:
    lamp = factories.article()
    search(ALICE, "lamp flickers", lamp)
    vote(ALICE, lamp, helpful=False, query="Lamp flickers?", moment=at(20))
    kept = only(Vote)
    assert (kept.revision_id, kept.helpful, kept.query, kept.locale) == (
        lamp.public_revision_id, False, "lamp flickers", "en",
    )  # fmt: skip


def test_a_second_vote_changes_the_first() -> None:
    lamp = factories.article()
    first = vote(ALICE, lamp, helpful=True)
    second = vote(ALICE, lamp, helpful=False, moment=at(60))
    assert (first.is_changed, second.is_changed) == (False, True)
    assert only(Vote).helpful is False


def test_a_new_revision_may_be_voted_on_again() -> None:
    lamp = factories.article()
    old = lamp.public_revision_id
    vote(ALICE, lamp, helpful=False)
    rewritten = publish_again(lamp)
    vote(ALICE, rewritten, helpful=True, moment=at(60))
    votes = db.session.execute(select(Vote.revision_id, Vote.helpful))
    assert {(each.revision_id, each.helpful) for each in votes} == {
        (old, False), (rewritten.public_revision_id, True),
    }  # fmt: skip


def test_ten_thousand_votes_of_one_script_are_one_vote() -> None:
    lamp = factories.article()
    for second in range(40):
        vote(ALICE, lamp, helpful=bool(second % 2), moment=at(second))
    assert count(Vote) == 1


def test_the_limit_refuses_and_keeps_nothing() -> None:
    articles = [factories.article(f"Article {number}") for number in range(3)]
    for each in articles[:2]:
        vote(ALICE, each, helpful=True, limit="2 per hour")
    with pytest.raises(VoteLimitReached):
        vote(ALICE, articles[2], helpful=True, limit="2 per hour")
    assert count(Vote) == 2


def test_after_the_window_votes_are_taken_again() -> None:
    articles = [factories.article(f"Article {number}") for number in range(2)]
    vote(ALICE, articles[0], helpful=True, limit="1 per hour")
    vote(ALICE, articles[1], helpful=True, limit="1 per hour", moment=at(minutes=61))
    assert count(Vote) == 2


def test_one_visitor_s_limit_is_not_another_s() -> None:
    lamp = factories.article()
    vote(ALICE, lamp, helpful=True, limit="1 per hour")
    vote(BOB, lamp, helpful=True, limit="1 per hour")
    assert count(Vote) == 2


def test_details_are_kept_with_personal_data_replaced() -> None:
    receipt = vote(ALICE, factories.article(), helpful=False)
    record_details(
        ALICE, receipt.vote_id, receipt.version,
        reason=Reason.INCOMPLETE, comment="No date.\nCall me: 06 12 34 56 78",
    )  # fmt: skip
    kept = only(Vote)
    assert (kept.reason, kept.comment) == (Reason.INCOMPLETE, "No date. Call me: [phone]")


def test_nobody_else_can_write_to_a_vote() -> None:
    receipt = vote(ALICE, factories.article(), helpful=False)
    with pytest.raises(StaleDetails):
        record_details(BOB, receipt.vote_id, receipt.version, reason=None, comment="mine now")
    assert only(Vote).comment == ""


def test_a_form_cannot_be_sent_twice() -> None:
    receipt = vote(ALICE, factories.article(), helpful=False)
    record_details(ALICE, receipt.vote_id, receipt.version, reason=None, comment="first")
    with pytest.raises(StaleDetails):
        record_details(ALICE, receipt.vote_id, receipt.version, reason=None, comment="second")
    assert only(Vote).comment == "first"


def test_changing_the_answer_drops_the_words_that_explained_the_other() -> None:
    lamp = factories.article()
    receipt = vote(ALICE, lamp, helpful=False)
    record_details(ALICE, receipt.vote_id, receipt.version, reason=Reason.INCOMPLETE, comment="no")
    vote(ALICE, lamp, helpful=True, moment=at(60))
    assert (only(Vote).reason, only(Vote).comment) == (None, "")


def test_a_database_error_while_watching_is_counted_and_never_raised() -> None:
    def fail(_session: Session) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))

    assert watch(fail, event="search") is None
    assert state().lost == 1


def test_a_database_error_while_keeping_a_promise_is_told() -> None:
    def fail(_session: Session) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))

    with pytest.raises(NotRecorded, match="locked"):
        promise(fail)


def test_a_mistake_of_ours_is_not_hidden_as_a_loss() -> None:
    def err(_session: Session) -> None:
        raise KeyError("oops")

    with pytest.raises(KeyError):
        watch(err, event="search")


def test_nothing_of_a_failed_event_stays() -> None:
    def half(session: Session) -> None:
        session.add(Visit(visitor="x", number=1, locale="en", started_at=START, last_seen_at=START))
        session.flush()
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("disk full"))

    watch(half, event="search")
    assert count(Visit) == 0


@pytest.fixture
def busy_database(any_app: Flask) -> Iterator[None]:
    """Another connection that holds the write lock for as long as the test runs."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")
    other = sqlite3.connect(db.engine.url.database or "")
    other.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()
    other.close()


@pytest.mark.usefixtures("busy_database")
def test_a_busy_database_costs_a_page_a_moment_and_the_event() -> None:
    assert record_search(ALICE, query="lamp", locale="en", shown=shown()) is None
    assert state().lost == 1


def test_the_facts_of_a_search_come_from_its_results() -> None:
    hit = Hit("7", "en", "Lamp", 1.0, "", (), "", 0.0, 0.8, is_other_locale=False)
    results = Results("lamp", (hit,), 3, Mode.HYBRID, confidence=0.7, weak=False)
    facts = shown_by(results)
    assert (facts.retrieved, facts.matched, facts.weak, facts.translation_ids) == (
        3,
        0,
        False,
        (7,),
    )


def test_a_search_without_any_hit_is_weak() -> None:
    assert shown_by(Results("lamp", (), 0, Mode.KEYWORD, confidence=0.9, weak=False)).weak
