"""Claims about the report on searches, from events to files."""

import pytest
from flask import Flask

from articles.models import Translation
from feedback.outcomes import Outcome
from feedback.reports import rollups
from feedback.reports.overview import overview
from feedback.reports.searches_models import Wording
from feedback.reports.searches_numbers import asked_most, questions, ranks, rewordings
from feedback.reports.searches_one import one_search
from feedback.reports.searches_report import make, searches_report
from feedback.visitors import Visitor
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, BOB, CAROL, ROBOT, WRITER, at, read, search
from tests.feedback.reports.test_articles_report import NOVEMBER, days


@pytest.fixture
def lamp(app: Flask) -> Translation:
    """What searches of these tests show."""
    return factories.article("Reset a lamp")


@pytest.fixture
def any_lamp(any_app: Flask) -> Translation:
    """The same on each database in turn."""
    return factories.article("Reset a lamp")


def wording(normalised: str) -> Wording:
    return db.session.query(Wording).filter_by(normalised=normalised).one()


def test_equal_wordings_are_one_question_by_visitors_counted_once(lamp: Translation) -> None:
    for day, who, query in (
        (0, ALICE, "Reset lamp"),
        (3, ALICE, "reset lamp?"),
        (3, BOB, "RESET LAMP"),
    ):
        search(who, query, lamp, moment=at(days=day))
    rollups.refresh(at(days=9))
    (asked,) = asked_most(questions(days(*NOVEMBER)), 10)
    assert (asked.visitors, asked.intents) == (2, 3)
    (part,) = asked_most(questions(days("2026-11-03", "2026-11-30")), 10)
    assert (part.visitors, part.intents) == (2, 2)


def test_what_one_visitor_asks_is_not_listed(lamp: Translation) -> None:
    search(ALICE, "my very own question", lamp)
    rollups.refresh(at(days=1))
    assert asked_most(questions(days(*NOVEMBER)), 10) == []
    assert searches_report(days(*NOVEMBER)).figures[0].value == 1


def test_robots_and_staff_are_left_out(lamp: Translation) -> None:
    for who in (ALICE, BOB, ROBOT, WRITER):
        search(who, "reset", lamp)
    rollups.refresh(at(days=1))
    (asked,) = asked_most(questions(days(*NOVEMBER)), 10)
    assert asked.intents == 2


def test_wordings_with_most_of_one_outcome_come_first(lamp: Translation) -> None:
    for who in (ALICE, BOB, CAROL):
        search(who, "reset", lamp)
    for who in (ALICE, BOB):
        search(who, "gift wrapping", weak=True, matched=0, moment=at(minutes=5))
    rollups.refresh(at(days=1))
    report = searches_report(days(*NOVEMBER))
    assert [report.wordings[each.wording_id].text for each in report.asked] == [
        "reset",
        "gift wrapping",
    ]
    lost = searches_report(days(*NOVEMBER), order=Outcome.NO_RESULT)
    assert [lost.wordings[each.wording_id].text for each in lost.asked] == ["gift wrapping"]


def test_a_chain_tells_what_was_asked_next_and_what_answered_it(any_lamp: Translation) -> None:
    for who in (ALICE, BOB):
        search(who, "lamp broken button", any_lamp)
        search(who, "lamp button reset", any_lamp, moment=at(20))
        read(who, any_lamp, seconds=30, query="lamp button reset", moment=at(30))
    rollups.refresh(at(days=1))
    (chain,) = rewordings(days(*NOVEMBER), 10)
    first, into = wording("lamp broken button"), wording("lamp button reset")
    assert (chain.wording_id, chain.into_id, chain.times) == (first.id, into.id, 2)
    assert chain.answers == {any_lamp.id: 2}
    assert rewordings(days(*NOVEMBER), 10, of=into.id) == [chain]


def test_places_are_counted_when_shown_and_when_opened(lamp: Translation) -> None:
    other = factories.article("Gift cards")
    search(ALICE, "reset", lamp, other)
    read(ALICE, lamp, seconds=30, query="reset", moment=at(10))
    search(BOB, "reset", lamp)
    rollups.refresh(at(days=1))
    assert [(rank, each.successes, each.trials) for rank, each in ranks(days(*NOVEMBER))] == [
        (1, 1, 2),
        (2, 0, 1),
    ]


def test_category_kind_and_stage_are_those_of_the_article_concerned(lamp: Translation) -> None:
    guide = factories.article("Choose a lamp", kind=factories.Kind.GUIDE)
    for who in (ALICE, BOB):
        search(who, "reset", lamp)
        search(who, "choose", guide, moment=at(minutes=3))
    rollups.refresh(at(days=1))
    report = searches_report(days(*NOVEMBER, kind="guide"))
    assert [report.wordings[each.wording_id].text for each in report.asked] == ["choose"]
    assert report.figures[0].value == 2


def test_a_question_that_many_ask_all_at_once_is_a_trend(lamp: Translation) -> None:
    for number in range(40):
        who = Visitor(f"{number:032x}")
        search(who, "reset", lamp, moment=at(days=1))
        search(who, "reset", lamp, moment=at(days=20))
        search(who, "strike", lamp, moment=at(days=20, minutes=5))
    search(ALICE, "strike", lamp)
    rollups.refresh(at(days=25))
    report = searches_report(days("2026-11-16", "2026-11-30"))
    (trend,) = report.rising
    assert (report.wordings[trend.key].text, trend.before, trend.now) == ("strike", 1, 40)


def test_one_wording_tells_what_it_showed_and_what_was_opened(lamp: Translation) -> None:
    other = factories.article("Gift cards")
    search(ALICE, "reset", other, lamp)
    search(BOB, "reset", lamp, other)
    read(BOB, lamp, seconds=30, query="reset", moment=at(10))
    rollups.refresh(at(days=1))
    found = one_search(wording("reset"), days(*NOVEMBER))
    assert [
        (each.translation.id, each.shown, each.best, each.opened) for each in found.results
    ] == [
        (lamp.id, 2, 1, 1),
        (other.id, 2, 1, 0),
    ]


def test_sums_made_bit_by_bit_are_those_made_at_once(any_lamp: Translation) -> None:
    for day in range(3):
        search(ALICE, "lamp broken button", any_lamp, moment=at(days=day))
        search(ALICE, "lamp button reset", any_lamp, moment=at(20, days=day))
        search(BOB, "lamp button reset", any_lamp, moment=at(days=day))
        rollups.refresh(at(days=day, minutes=50))
    whole = days(*NOVEMBER)
    before = (asked_most(questions(whole), 9), rewordings(whole, 9), ranks(whole))
    rollups.recompute(at(days=3))
    assert (asked_most(questions(whole), 9), rewordings(whole, 9), ranks(whole)) == before


def test_searches_are_as_many_as_the_overview_counts(lamp: Translation) -> None:
    for number, who in enumerate((ALICE, BOB, CAROL, ROBOT)):
        search(who, f"question {number}", lamp, weak=number == 1)
        read(who, lamp, seconds=15 * number, query=f"question {number}", moment=at(9))
    rollups.refresh(at(days=1))
    whole = overview(days(*NOVEMBER)).figures
    for each in searches_report(days(*NOVEMBER)).figures[:2]:
        assert (each.value, each.lower, each.upper) == (
            whole[each.key].value,
            whole[each.key].lower,
            whole[each.key].upper,
        ), each.key


def test_files_hold_every_table(any_lamp: Translation) -> None:
    for who in (ALICE, BOB):
        search(who, "reset", any_lamp)
    rollups.refresh(at(days=1))
    report = make(days(*NOVEMBER))
    assert [each.name for each in report.tables] == ["searches", "ranks", "rewordings", "trends"]
    (row,) = report.table("searches").rows
    assert row[1:5] == ("reset", "en", 2, 2)
