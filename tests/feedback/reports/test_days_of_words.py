"""Claims about what days hold of wordings and articles, and about when they are added up anew."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from articles.models import Translation
from feedback.comments.deciding import decide
from feedback.comments.inbox import load
from feedback.comments.models import CommentSource, CommentState, State
from feedback.days import ReportDay
from feedback.models import Reason, Visit
from feedback.reports import rollups
from feedback.reports.articles_models import ArticleAgain, ArticleDay
from feedback.reports.articles_numbers import numbers
from feedback.reports.searches_models import RankDay, RewordingDay, WordingAgain, WordingDay
from feedback.reports.searches_numbers import asked_most, questions
from feedback.visitors import Visitor
from feedback.voting import record_details
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, BOB, START, at, read, search, vote
from tests.feedback.reports.test_articles_report import NOVEMBER, days
from tests.feedback.reports.test_rollups import LATER, act

TABLES = (WordingDay, WordingAgain, RewordingDay, RankDay, ArticleDay, ArticleAgain)
NETWORK = "9" * 32
WHOLE = days(*NOVEMBER)


def sums() -> list[list[tuple[Any, ...]]]:
    db.session.expire_all()
    return [
        [
            tuple(row)
            for row in db.session.execute(
                select(*table.__table__.columns).order_by(*table.__table__.primary_key)
            )
        ]
        for table in TABLES
    ]


@pytest.fixture
def lamp(any_app: object) -> Translation:
    """An article, on each database in turn."""
    return factories.article("Reset a lamp")


def readers(article: Translation) -> int:
    return numbers(WHOLE.period)[article.id].readers


@pytest.mark.usefixtures("any_app")
@pytest.mark.parametrize("seed", range(2))
def test_bit_by_bit_gives_what_all_at_once_gives(seed: int) -> None:
    chance = random.Random(seed)
    articles = [factories.article(f"Article {number}") for number in range(3)]
    moment = START
    for number in range(14):
        act(chance, articles, moment)
        if number % 3 == 0:
            who = Visitor(f"{chance.randrange(3):x}" * 32)
            vote(who, chance.choice(articles), helpful=chance.random() < 0.5, moment=moment)
        moment += timedelta(minutes=chance.choice([1, 5, 45, 900]))
        if chance.random() < 0.4:
            rollups.refresh(moment)
    rollups.refresh(LATER)
    kept = sums()
    assert kept[0]
    assert kept[4]
    rollups.recompute(LATER)
    assert sums() == kept


def test_who_asks_about_two_articles_counts_once_and_once_for_each(lamp: Translation) -> None:
    other = factories.article("Choose a lamp", kind=factories.Kind.GUIDE)
    for who in (ALICE, BOB):
        search(who, "lamp", lamp)
        search(who, "lamp", other, moment=at(minutes=60))
        search(who, "lamp", other, moment=at(days=2))
    rollups.refresh(LATER)
    (asked,) = asked_most(questions(WHOLE), 9)
    assert (asked.visitors, asked.intents) == (2, 6)
    (guides,) = asked_most(questions(days(*NOVEMBER, kind="guide")), 9)
    assert (guides.visitors, guides.intents) == (2, 4)


def test_a_vote_that_is_changed_later_changes_both_days(lamp: Translation) -> None:
    vote(ALICE, lamp, helpful=False)
    rollups.refresh(at(days=1))
    vote(ALICE, lamp, helpful=True, moment=at(days=2))
    rollups.refresh(at(days=2, minutes=1))
    first = days("2026-11-02", "2026-11-02").period
    assert lamp.id not in numbers(first)
    found = numbers(WHOLE.period)[lamp.id]
    assert (found.helpful, found.votes) == (1, 1)


def test_a_vote_of_who_asks_not_to_be_observed_counts_though_no_visit_tells(
    lamp: Translation,
) -> None:
    vote(replace(ALICE, is_private=True), lamp, helpful=True)
    assert db.session.scalars(select(Visit)).all() == []
    rollups.refresh(at(minutes=1))
    assert numbers(WHOLE.period)[lamp.id].votes == 1


def test_a_program_found_late_leaves_the_sums_of_every_day_it_spoke_on(lamp: Translation) -> None:
    names = [Visitor(f"{number:032x}", origin=NETWORK) for number in range(30)]
    vote(names[0], lamp, helpful=True)
    search(names[0], "made up", moment=at(4))
    rollups.refresh(at(days=1))
    vote(names[0], lamp, helpful=False, moment=at(days=2))  # long after the visit
    rollups.refresh(at(days=2, minutes=1))
    assert numbers(WHOLE.period)[lamp.id].votes == 1
    for number, who in enumerate(names):
        search(who, "made up", moment=at(days=3, seconds=number * 4))
    rollups.refresh(at(days=4))
    found = numbers(WHOLE.period)[lamp.id]
    assert (found.votes, found.raw_votes) == (0, 1)


def test_a_visit_that_becomes_a_program_s_is_no_earlier_one_for_later_days(
    lamp: Translation,
) -> None:
    read(ALICE, lamp, seconds=20)
    read(ALICE, lamp, seconds=20, moment=at(days=2))
    rollups.refresh(at(days=3))
    assert readers(lamp) == 1
    first = db.session.scalars(select(Visit).order_by(Visit.id)).first()
    assert first is not None
    first.settled_at = None
    first.is_bot = True
    db.session.commit()
    db.session.query(ReportDay).update({"added_up": ReportDay.changes})
    db.session.commit()
    rollups.refresh(at(days=3))
    kept = sums()
    rollups.recompute(at(days=3))
    assert sums() == kept


def test_a_decision_goes_with_the_comment_that_it_was_about(lamp: Translation) -> None:
    receipt = vote(ALICE, lamp, helpful=False)
    said = record_details(
        ALICE, receipt.vote_id, receipt.version, reason=Reason.INCOMPLETE, comment="No button"
    )
    (comment,) = load([(CommentSource.VOTE, receipt.vote_id)])
    decide(comment, State.ANSWERED, by="lead@clairson.example", note="Mended")
    again = record_details(
        ALICE, said.vote_id, said.version, reason=Reason.INCOMPLETE, comment="No button"
    )
    assert len(db.session.scalars(select(CommentState)).all()) == 1
    record_details(ALICE, again.vote_id, again.version, reason=None, comment="Nor a lamp")
    assert db.session.scalars(select(CommentState)).all() == []
