"""Claims about what becomes of gaps as people ask, answer and decide."""

import pytest
from sqlalchemy import delete, func, select, update

from feedback.gaps import actions
from feedback.gaps.facts import Source
from feedback.gaps.following import counted_rows
from feedback.gaps.models import GapEvent, GapStatus
from feedback.models import SearchIntent
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from kb.db import db
from tests import factories
from tests.feedback.cast import ROBOT, WRITER, at, publish_again
from tests.feedback.gaps.vain import FILTERS, ask_in_vain, crowd, keep, report, the_gap

pytestmark = pytest.mark.usefixtures("app")


def test_a_name_given_by_a_person_stays() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    actions.rename(the_gap(), "Do you wrap gifts?", by="Lea")
    ask_in_vain(*crowd(8, first=10), query="gift wrapping paper", days=2)
    keep()
    assert the_gap().name == "Do you wrap gifts?"


def test_robots_and_staff_are_in_no_figure() -> None:
    ask_in_vain(ROBOT, WRITER, *crowd(4))
    keep()
    assert report().gaps[0].visitors == 4


def test_searches_that_found_their_answer_are_counted_apart() -> None:
    ask_in_vain(*crowd(6))
    keep()
    db.session.execute(
        update(SearchIntent)
        .where(SearchIntent.id == select(func.min(SearchIntent.id)).scalar_subquery())
        .values(outcome="answered")
    )
    db.session.commit()
    keep()
    (gap,) = report().gaps
    assert (gap.intents, gap.sums.answered) == (5, 1)


def test_the_period_and_the_language_filter_what_is_summed() -> None:
    ask_in_vain(*crowd(4))
    ask_in_vain(*crowd(3, first=20), days=10)
    keep()
    early = Filters(Period(at(days=-1), at(days=5)))
    assert (report().gaps[0].visitors, report(early).gaps[0].visitors) == (7, 4)
    assert report(Filters(FILTERS.period, locale="fr")).gaps == ()


def test_those_who_asked_in_the_period_before_stand_beside() -> None:
    ask_in_vain(*crowd(4))
    ask_in_vain(*crowd(3, first=20), days=10)
    keep()
    late = Filters(Period(at(days=6), at(days=13)))
    assert [(each.visitors, each.visitors_before) for each in report(late).gaps] == [(3, 4)]


def test_dismissing_is_undone_by_taking_it_up_again() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    actions.dismiss(the_gap(), "by mistake", by="Lea", now=at(days=1))
    actions.reopen(the_gap(), by="Lea")
    assert len(report().gaps) == 1


def test_an_article_that_is_public_already_must_change_to_be_an_answer() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    article = factories.article("Wrapping")
    actions.bind_answer(the_gap(), article, by="Lea")
    assert the_gap().status is GapStatus.IN_PROGRESS
    publish_again(article)
    assert the_gap().status is GapStatus.PUBLISHED


def test_searches_after_the_answer_do_not_open_the_gap_again() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    actions.bind_answer(the_gap(), factories.article("Wrapping"), by="Lea", is_enough=True)
    ask_in_vain(*crowd(4, first=20), days=2)
    keep()
    assert the_gap().status is GapStatus.PUBLISHED
    assert report().gaps == ()


def test_a_gap_opened_by_hand_is_listed_before_anybody_searches() -> None:
    actions.open_gap("Is the app on Huawei?", "en", by="Lea")
    keep()
    assert [each.name for each in report().gaps] == ["Is the app on Huawei?"]


def test_opening_a_known_question_by_hand_joins_its_gap() -> None:
    ask_in_vain(*crowd(4))
    keep()
    gap = actions.open_gap("Gift wrapping!", "en", by="Lea", text="a comment said so")
    assert gap.id == the_gap().id


def test_rows_of_erased_searches_go_with_the_next_run() -> None:
    ask_in_vain(*crowd(4))
    keep()
    db.session.execute(delete(SearchIntent).where(SearchIntent.id == 1))
    db.session.commit()
    keep()
    assert db.session.scalar(select(func.count(GapEvent.id))) == 3


def test_of_one_network_the_first_three_visitors_count_with_all_they_asked() -> None:
    rows = [(number, 1, "net", f"v{number % 5}") for number in range(10)]
    assert counted_rows(rows) == {0, 1, 2, 5, 6, 7}
    assert Source.SEARCH == "search"
