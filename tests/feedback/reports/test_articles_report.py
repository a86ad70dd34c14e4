"""Claims about the reports on articles, from events to files."""

from datetime import timedelta

import pytest
from flask import Flask

from articles.models import Translation
from feedback.models import Visit, Vote
from feedback.reports import rollups
from feedback.reports.articles_numbers import numbers
from feedback.reports.articles_one import one_article
from feedback.reports.articles_report import BY_TITLE, ORDERS, articles_report, make
from feedback.reports.articles_signs import Sign
from feedback.reports.filters import Filters, filters_from
from feedback.settling import settle
from kb.db import db
from tests import factories
from tests.feedback.cast import (
    ALICE,
    BOB,
    CAROL,
    ROBOT,
    START,
    WRITER,
    at,
    publish_again,
    read,
    search,
    vote,
)


def days(first: str, last: str, **more: str) -> Filters:
    """The days of a report."""
    return filters_from(
        {"since": first, "until": last, **more},
        now=at(days=60),
        timezone="Europe/Paris",
        locales=("en", "fr"),
    )


NOVEMBER = ("2026-11-01", "2026-11-30")


def public_article(title: str) -> Translation:
    """An article that was public long before the story."""
    return factories.article(title, published_at=START - timedelta(days=200))


@pytest.fixture
def lamp(app: Flask) -> Translation:
    return public_article("Reset a lamp")


@pytest.fixture
def any_lamp(any_app: Flask) -> Translation:
    """The same on each database in turn."""
    return public_article("Reset a lamp")


def test_a_reader_of_many_days_counts_once(any_lamp: Translation) -> None:
    for day in (0, 1, 5):
        read(ALICE, any_lamp, seconds=20, moment=at(days=day))
    read(BOB, any_lamp, seconds=20, moment=at(days=5))
    settle(at(days=10))
    rollups.refresh(at(days=10))
    whole = numbers(days(*NOVEMBER).period)[any_lamp.id]
    assert (whole.views, whole.visits, whole.readers) == (4, 4, 2)
    part = numbers(days("2026-11-03", "2026-11-30").period)[any_lamp.id]
    assert (part.views, part.readers) == (3, 2)
    assert numbers(days("2026-11-07", "2026-11-07").period)[any_lamp.id].readers == 2


def test_robots_and_staff_are_left_out_but_of_what_is_raw(any_lamp: Translation) -> None:
    for who in (ALICE, ROBOT, WRITER):
        search(who, "reset", any_lamp)
        read(who, any_lamp, seconds=20, query="reset", moment=at(10))
        vote(who, any_lamp, helpful=who is not ALICE, query="reset", moment=at(60))
    rollups.refresh(at(days=1))
    found = numbers(days(*NOVEMBER).period)[any_lamp.id]
    assert (found.shown, found.searched, found.views, found.readers) == (1, 1, 1, 1)
    assert (found.helpful, found.votes, found.raw_helpful, found.raw_votes) == (0, 1, 2, 3)
    assert found.refused == 1


def test_sums_made_bit_by_bit_are_those_made_at_once(any_lamp: Translation) -> None:
    other = public_article("Gift cards")
    for day in range(4):
        search(ALICE, "reset", any_lamp, other, moment=at(days=day))
        read(ALICE, any_lamp, seconds=20, query="reset", moment=at(10, days=day))
        read(BOB, other, seconds=5, moment=at(days=day))
        rollups.refresh(at(days=day, minutes=40))
    vote(BOB, other, helpful=False, moment=at(days=4))
    rollups.refresh(at(days=5))
    before = numbers(days(*NOVEMBER).period)
    rollups.recompute(at(days=5))
    assert numbers(days(*NOVEMBER).period) == before
    assert before[any_lamp.id].readers == before[other.id].readers == 1


def test_the_list_says_what_was_never_found(lamp: Translation) -> None:
    hidden = public_article("Gift cards")
    search(ALICE, "reset", lamp)
    rollups.refresh(at(days=2))
    report = articles_report(days(*NOVEMBER))
    assert [each.id for each in report.with_sign(Sign.NEVER_FOUND)] == [hidden.id]


def test_a_page_is_in_the_order_asked_for_and_the_older_article_first(any_app: Flask) -> None:
    zebra, apple, other = (public_article(each) for each in ("Zebra", "apple", "Zebra"))
    late = factories.article("Éclair", published_at=START)
    search(ALICE, "stripes", zebra, other)
    search(BOB, "stripes", other)
    read(ALICE, apple, seconds=20)
    vote(ALICE, apple, helpful=False)
    rollups.refresh(at(days=2))
    report = articles_report(days(*NOVEMBER))
    ids = {
        order: [each.id for each in report.rows_at(report.in_order(report.places(), order))]
        for order in (*ORDERS, BY_TITLE)
    }
    assert ids == {
        "readers": [apple.id, zebra.id, other.id, late.id],
        "helpful": [apple.id, zebra.id, other.id, late.id],
        "exits": [zebra.id, apple.id, other.id, late.id],
        "shown": [other.id, zebra.id, apple.id, late.id],
        "title": [apple.id, zebra.id, other.id, late.id],
    }
    assert report.count() == len(report.rows) == 4
    never = report.places(Sign.NEVER_FOUND)
    assert {each.id for each in report.rows_at(never)} == {apple.id, late.id}
    assert report.count(Sign.NEVER_FOUND) == 2
    row = report.with_sign(Sign.NEVER_FOUND, Sign.FALLING)[0]
    assert (row.title, row.now.readers, row.last_read) == ("apple", 1, at().date())


def test_a_day_decides_how_long_an_article_has_been_public(any_app: Flask) -> None:
    october = days("2026-10-01", "2026-10-31")
    midnight = october.period.until
    for number in (6, 7, 8):
        for minutes in (-1, 1):
            factories.article(
                f"{number} {minutes}",
                published_at=midnight - timedelta(days=number, minutes=minutes),
            )
    report = articles_report(october)
    named = sorted(each.title for each in report.with_sign(Sign.NEVER_FOUND))
    assert named == ["7 1", "8 -1", "8 1"]
    until = report.filters.period.last_day
    assert {each.title for each in report.rows if (until - each.published_on).days >= 7} == set(
        named
    )


def test_drafts_and_articles_of_other_filters_are_not_listed(lamp: Translation) -> None:
    factories.article("Half done", draft=True)
    french = factories.article("Réinitialiser", locale="fr", of=lamp.article)
    french.published_at = START
    db.session.commit()
    assert {row.id for row in articles_report(days(*NOVEMBER)).rows} == {lamp.id, french.id}
    assert [row.id for row in articles_report(days(*NOVEMBER, language="fr")).rows] == [french.id]
    assert articles_report(days(*NOVEMBER, kind="guide")).rows == ()


def test_the_file_says_what_the_report_says(lamp: Translation) -> None:
    read(ALICE, lamp, seconds=20)
    rollups.refresh(at(days=1))
    report = make(days(*NOVEMBER))
    (row,) = report.table("articles").rows
    cells = dict(zip(report.table("articles").columns, row, strict=True))
    assert (cells["title"], cells["views"], cells["readers"]) == ("Reset a lamp", 1, 1)


def test_helpfulness_is_told_for_each_revision(lamp: Translation) -> None:
    vote(ALICE, lamp, helpful=False)
    publish_again(lamp)
    for who in (ALICE, BOB, ROBOT):
        vote(who, lamp, helpful=True, moment=at(days=1))
    found = one_article(lamp, days(*NOVEMBER))
    assert [
        (each.number, each.is_public, each.rate.successes, each.rate.trials, each.raw.trials)
        for each in found.revisions
    ] == [(2, True, 2, 2, 3), (1, False, 0, 1, 1)]


def test_questions_that_led_to_an_article_are_told_with_what_came_of_them(
    any_lamp: Translation,
) -> None:
    for who, query, seconds in ((ALICE, "reset", 30), (BOB, "Reset?", 3), (CAROL, "password", 3)):
        search(who, query, any_lamp)
        read(who, any_lamp, seconds=seconds, query=query, moment=at(10))
    vote(CAROL, any_lamp, helpful=False, query="password", moment=at(20))
    settle(at(days=1))
    found = one_article(any_lamp, days(*NOVEMBER))
    assert [
        (each.openings, each.answered, each.helpful, each.votes) for each in found.questions
    ] == [
        (2, 1, 0, 0),
        (1, 0, 0, 1),
    ]
    assert len(found.kinds) == 2
    assert found.contrast is None


def test_a_visit_that_is_not_over_waits(lamp: Translation) -> None:
    read(ALICE, lamp, seconds=20)
    rollups.refresh(at(minutes=5))
    assert numbers(days(*NOVEMBER).period) == {}


def test_an_article_that_is_erased_takes_its_numbers_along(lamp: Translation) -> None:
    search(ALICE, "reset", lamp)
    read(ALICE, lamp, seconds=20, query="reset", moment=at(10))
    rollups.refresh(at(days=1))
    db.session.delete(db.session.get_one(Translation, lamp.id))
    db.session.commit()
    assert numbers(days(*NOVEMBER).period) == {}
    rollups.recompute(at(days=1))
    assert db.session.query(Visit).count() == 1
    assert db.session.query(Vote).count() == 0
