"""Claims about what days hold added up, on both databases."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from articles.models import Translation
from feedback.days import ReportDay, day_of, touch
from feedback.models import SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.reports import rollups
from feedback.reports.audience import counts_by_subject
from feedback.reports.rollup_models import IntentDay, PresenceDay, SubjectDay, VisitDay
from feedback.settling import settle
from feedback.visitors import Visitor
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, BOB, ROBOT, START, WRITER, at, read, search, vote

pytestmark = pytest.mark.usefixtures("any_app")

LATER = at(days=40)
Sums = dict[str, list[tuple[Any, ...]]]


def sums() -> Sums:
    """Return every row of every roll-up, in order."""
    db.session.expire_all()
    found: Sums = {}
    for table in rollups.TABLES:
        columns = list(table.__table__.columns)
        rows = db.session.execute(select(*columns).order_by(*table.__table__.primary_key))
        found[table.__tablename__] = [tuple(row) for row in rows]
    return found


@pytest.fixture
def lamp() -> Translation:
    return factories.article("Reset a lamp")


def act(chance: random.Random, articles: list[Translation], moment: datetime) -> None:
    """Let somebody do something."""
    number = chance.randrange(6)
    who = Visitor(f"{number:x}" * 32, is_bot=number == 5, is_staff=number == 4)
    article = chance.choice(articles)
    query = chance.choice(["lamp off", "lamp blinks", "speaker"])
    match chance.randrange(3):
        case 0:
            search(who, query, article, moment=moment, weak=chance.random() < 0.3)
        case 1:
            read(who, article, seconds=chance.choice([3, 40]), moment=moment)
        case _:
            search(who, query, article, moment=moment)
            read(who, article, seconds=20, query=query, moment=moment + timedelta(seconds=5))


@pytest.mark.parametrize("seed", range(2))
def test_adding_up_as_things_happen_gives_what_adding_up_from_scratch_gives(seed: int) -> None:
    chance = random.Random(seed)
    articles = [factories.article(f"Article {number}") for number in range(3)]
    moment = START
    for _ in range(12):
        act(chance, articles, moment)
        moment += timedelta(minutes=chance.choice([1, 5, 45, 600]))
        if chance.random() < 0.4:
            rollups.refresh(moment)
    rollups.refresh(LATER)
    kept = sums()
    assert kept["report_visit_day"]
    rollups.recompute(LATER)
    assert sums() == kept


def test_nothing_is_added_up_twice(lamp: Translation) -> None:
    search(ALICE, "lamp", lamp)
    assert rollups.refresh(LATER) == 1
    assert rollups.refresh(LATER) == 0


def test_a_visit_counts_once_it_is_over(lamp: Translation) -> None:
    search(ALICE, "lamp", lamp)
    rollups.refresh(at(minutes=10))
    assert sums()["report_visit_day"] == []
    rollups.refresh(at(minutes=60))
    row = db.session.scalars(select(VisitDay)).one()
    assert (row.visits, row.visitors) == (1, 1)


def test_a_day_is_that_of_the_site_and_not_of_greenwich(lamp: Translation) -> None:
    half_past_midnight_in_paris = datetime.fromisoformat("2026-11-02T23:30+00:00")
    search(ALICE, "lamp", lamp, moment=half_past_midnight_in_paris)
    rollups.refresh(LATER)
    assert [row[0] for row in sums()["report_intent_day"]] == [date(2026, 11, 3)]


def test_robots_and_staff_are_counted_apart(lamp: Translation) -> None:
    for who in (ALICE, ROBOT, WRITER):
        search(who, "lamp", lamp)
    rollups.refresh(LATER)
    visits = db.session.scalars(select(VisitDay)).one()
    searches = db.session.scalars(select(IntentDay)).one()
    assert (visits.visits, visits.visitors, visits.bots, visits.staff) == (1, 1, 1, 1)
    assert (searches.no_click, searches.bots, searches.staff) == (1, 1, 1)


def test_a_search_belongs_to_the_article_opened_first(lamp: Translation) -> None:
    other = factories.article("Pair a lamp")
    search(ALICE, "lamp", lamp, other)
    read(ALICE, other, seconds=30, query="lamp", moment=at(5))
    rollups.refresh(LATER)
    assert db.session.scalars(select(SearchIntent.subject_id)).one() == other.id
    packs = db.session.scalars(select(SubjectDay.counts)).all()
    assert list(counts_by_subject(packs, len(Outcome))) == [other.id]


def test_a_search_that_opened_nothing_belongs_to_the_article_shown_first(
    lamp: Translation,
) -> None:
    search(ALICE, "lamp", lamp, factories.article("Pair a lamp"))
    settle(LATER)
    assert db.session.scalars(select(SearchIntent.subject_id)).one() == lamp.id


def test_a_change_while_a_day_is_added_up_is_not_overlooked(
    any_app: Flask, lamp: Translation
) -> None:
    search(ALICE, "lamp", lamp)
    settle(LATER)

    def change_meanwhile(day: date, _period: object) -> None:
        if not fills:
            touch(db.session(), [day])
        fills.append(day)

    fills: list[date] = []
    rollups.register(any_app, "test", change_meanwhile)
    rollups.refresh(LATER)
    rollups.refresh(LATER)
    assert fills == [day_of(START)] * 2


def test_what_a_part_of_the_program_adds_up_is_made_with_the_rest(
    any_app: Flask, lamp: Translation
) -> None:
    filled: list[date] = []
    rollups.register(any_app, "test", lambda day, _period: filled.append(day))
    search(ALICE, "lamp", lamp)
    rollups.refresh(LATER)
    assert filled == [day_of(START)]


def test_days_whose_events_are_erased_keep_their_sums(lamp: Translation) -> None:
    search(ALICE, "lamp", lamp)
    search(BOB, "lamp", lamp, moment=at(days=3))
    rollups.refresh(LATER)
    before = sums()
    rollups.freeze(at(days=1))
    db.session.execute(delete(Visit).where(Visit.started_at < at(days=1)))
    db.session.commit()
    done = rollups.recompute(LATER)
    assert done.frozen == 1
    assert sums()["report_visit_day"] == before["report_visit_day"]
    assert sums()["report_intent_day"] == before["report_intent_day"]


def test_who_came_for_what_on_a_frozen_day_is_forgotten(lamp: Translation) -> None:
    search(ALICE, "lamp", lamp)
    rollups.refresh(LATER)
    rollups.freeze(at(days=1))
    assert db.session.scalars(select(PresenceDay)).all() == []


def test_visits_settled_before_days_were_counted_are_added_up(lamp: Translation) -> None:
    search(ALICE, "lamp", lamp)
    settle(LATER)
    db.session.execute(delete(ReportDay))
    db.session.commit()
    assert rollups.refresh(LATER) == 1
    assert sums()["report_visit_day"]


def test_a_vote_needs_no_reading_to_decide_what_a_search_was_about(lamp: Translation) -> None:
    other = factories.article("Pair a lamp")
    search(ALICE, "lamp", other, lamp)
    vote(ALICE, lamp, helpful=True, query="lamp", moment=at(20))
    settle(LATER)
    assert db.session.scalars(select(SearchIntent.subject_id)).one() == lamp.id


def test_a_busy_database_leaves_the_page_with_what_was_added_up_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy(_now: object = None) -> Callable[..., int]:
        raise rollups.OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(rollups, "refresh", busy)
    rollups.refresh_for_page()
