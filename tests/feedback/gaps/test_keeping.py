"""Claims about gaps kept from run to run, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from articles.models import Translation
from articles.publishing import commit_changes, publish
from feedback.gaps import actions
from feedback.gaps.facts import Source
from feedback.gaps.following import counted_rows, forget
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import Act, Gap, GapEvent, GapNote, GapRun, GapStatus, GapWording
from feedback.gaps.report import GapsReport, gaps_report
from feedback.gaps.runs import SILENCE, THE_RUN, claimed
from feedback.gaps.signals import gap_answered
from feedback.models import SearchIntent, Visit
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from feedback.visitors import Visitor
from kb.db import db, utc_now
from tests import factories
from tests.feedback.cast import ALICE, BOB, ROBOT, WRITER, at, search

pytestmark = pytest.mark.usefixtures("any_app")

FILTERS = Filters(Period(at(days=-1), at(days=29)))
LATER = at(days=28)


def crowd(size: int, first: int = 0) -> list[Visitor]:
    return [Visitor(f"{number:032x}") for number in range(first, first + size)]


def ask_in_vain(*visitors: Visitor, query: str = "gift wrapping", days: float = 0) -> None:
    for number, who in enumerate(visitors):
        search(who, query, weak=True, matched=0, moment=at(minutes=number, days=days))


def keep(days: float = 28) -> None:
    assert keep_gaps(now=at(days=days)) is not None, "another run is at it"


def report(filters: Filters = FILTERS) -> GapsReport:
    return gaps_report(filters)


def the_gap() -> Gap:
    return db.session.scalars(select(Gap).where(Gap.merged_into_id.is_(None))).one()


def test_a_question_asked_in_vain_is_kept_with_its_words_and_figures() -> None:
    ask_in_vain(*crowd(5))
    keep()
    (gap,) = report().gaps
    assert (gap.name, gap.visitors, gap.intents, gap.languages) == ("gift wrapping", 5, 5, ("en",))
    assert [(each.text, each.visitors) for each in gap.wordings] == [("gift wrapping", 5)]
    assert report().total.visitors == 5


def test_running_again_changes_nothing() -> None:
    ask_in_vain(*crowd(5))
    keep()
    before = report()
    keep()
    assert report().gaps == before.gaps
    assert db.session.scalar(select(func.count(GapEvent.id))) == 5


def test_a_gap_keeps_its_number_owner_and_notes_while_searches_come_in() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    gap = the_gap()
    actions.note(gap, "ask the shop", by="Lea")
    number = gap.id
    ask_in_vain(*crowd(8, first=10), query="gift wrapping paper", days=2)
    keep()
    again = the_gap()
    assert (again.id, again.name) == (number, "gift wrapping paper")
    assert report().gaps[0].visitors == 12
    assert [each.text for each in db.session.scalars(select(GapNote))] == ["ask the shop"]


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


def test_who_is_found_out_to_be_a_robot_leaves_the_figures() -> None:
    ask_in_vain(*crowd(5))
    keep()
    one = db.session.scalars(select(Visit).order_by(Visit.id)).first()
    assert one is not None
    one.is_bot = True
    db.session.commit()
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


def test_one_network_cannot_make_a_question_look_large() -> None:
    ask_in_vain(*crowd(4))
    for number, who in enumerate(crowd(40, first=100)):
        search(
            Visitor(who.id, origin="f" * 16), "gift wrapping", weak=True, matched=0,
            moment=at(minutes=number),
        )  # fmt: skip
    keep()
    assert report().gaps[0].visitors == 7


def test_only_one_run_is_at_work() -> None:
    with claimed() as run:
        assert run is not None
        assert keep_gaps(now=LATER) is None
    assert keep_gaps(now=LATER) is not None


def test_a_run_that_was_killed_is_taken_over_after_its_silence() -> None:
    keep()
    db.session.execute(
        update(GapRun)
        .where(GapRun.id == THE_RUN)
        .values(claim="killed", beat_at=utc_now() - SILENCE - timedelta(seconds=1))
    )
    db.session.commit()
    assert keep_gaps(now=LATER) is not None


def test_a_dismissed_gap_stays_away_until_twice_as_many_ask() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    actions.dismiss(the_gap(), "not ours", by="Lea", now=at(days=1))
    assert report().gaps == ()
    ask_in_vain(*crowd(3, first=20), days=2)
    keep(3)
    assert report().gaps == ()
    ask_in_vain(*crowd(1, first=40), days=3)
    keep(4)
    assert [each.visitors for each in report().gaps] == [8]
    acts = list(db.session.scalars(select(GapNote.what).order_by(GapNote.id)))
    assert acts == [Act.DISMISSED, Act.CAME_BACK]


def test_dismissing_is_undone_by_taking_it_up_again() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    actions.dismiss(the_gap(), "by mistake", by="Lea", now=at(days=1))
    actions.reopen(the_gap(), by="Lea")
    assert len(report().gaps) == 1


@pytest.fixture
def heard() -> Iterator[list[tuple[int, int]]]:
    """Collect what is said when gaps are answered."""
    said: list[tuple[int, int]] = []

    def hear(_sender: object, *, gap_id: int, translation_id: int) -> None:
        said.append((gap_id, translation_id))

    gap_answered.connect(hear)
    yield said
    gap_answered.disconnect(hear)


def test_a_gap_is_answered_when_its_article_is_published_and_says_so_once(
    heard: list[tuple[int, int]],
) -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    draft = factories.article("Gift wrapping", draft=True)
    gap = the_gap()
    actions.bind_answer(gap, draft, by="Lea")
    assert (gap.status, heard) == (GapStatus.IN_PROGRESS, [])
    publish(draft, draft.revisions[-1])
    commit_changes()
    commit_changes()
    assert the_gap().status is GapStatus.PUBLISHED
    assert the_gap().answered_at is not None
    assert heard == [(gap.id, draft.id)]


def test_an_article_that_is_public_already_must_change_to_be_an_answer() -> None:
    ask_in_vain(*crowd(4))
    keep(1)
    article = factories.article("Wrapping")
    actions.bind_answer(the_gap(), article, by="Lea")
    assert the_gap().status is GapStatus.IN_PROGRESS
    _publish_again(article)
    assert the_gap().status is GapStatus.PUBLISHED


def _publish_again(article: Translation) -> None:
    from tests.feedback.cast import publish_again

    publish_again(article)


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


def test_what_a_visitor_asked_is_erased_with_the_words_that_only_they_used() -> None:
    ask_in_vain(*crowd(4))
    ask_in_vain(ALICE, BOB, query="gift wrapping ribbons")
    keep()
    forget(visitors=[ALICE.id, BOB.id])
    db.session.commit()
    assert [each.text for each in db.session.scalars(select(GapWording))] == ["gift wrapping"]
    assert report().gaps[0].visitors == 4


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
