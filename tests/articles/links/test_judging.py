"""Claims about what answers mean for a link, and when it is asked again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.links.judging import Outcome, Sort, Standing, judge, sort_of
from articles.links.models import LinkState

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
TROUBLE = Outcome(Sort.TROUBLE, trouble="timeout")


def after(*outcomes: Outcome, every: timedelta = DAY, first: Standing | None = None) -> Standing:
    standing = first or Standing()
    for number, each in enumerate(outcomes):
        standing = judge(standing, each, NOW + number * every)
    return standing


def test_a_page_that_was_taken_away_is_broken_at_once() -> None:
    assert after(Outcome(Sort.GONE, 410)).state is LinkState.BROKEN


def test_a_page_that_is_not_found_must_be_so_on_another_day() -> None:
    gone = Outcome(Sort.GONE, 404)
    assert after(gone).state is LinkState.UNKNOWN
    assert after(gone).next_at == NOW + DAY
    assert after(gone, gone, every=timedelta(hours=2)).state is LinkState.UNKNOWN
    assert after(gone, gone).state is LinkState.BROKEN
    assert after(gone, Outcome(Sort.GOOD, 200), gone).state is LinkState.WORKING


def test_silence_on_two_days_is_not_broken_and_on_three_is() -> None:
    assert after(TROUBLE, TROUBLE).state is LinkState.UNKNOWN
    assert after(TROUBLE, TROUBLE, TROUBLE).state is LinkState.BROKEN


def test_three_failures_within_a_day_count_as_one() -> None:
    assert after(TROUBLE, TROUBLE, TROUBLE, every=timedelta(hours=1)).failures == 1


def test_a_working_link_in_trouble_stays_working_until_it_is_broken() -> None:
    good = Outcome(Sort.GOOD, 200)
    assert after(good, TROUBLE, TROUBLE).state is LinkState.WORKING


def test_one_good_answer_mends_a_broken_link() -> None:
    standing = after(Outcome(Sort.GONE, 410), Outcome(Sort.GOOD, 200))
    assert (standing.state, standing.failures, standing.broken_since) == (
        LinkState.WORKING, 0, None,
    )  # fmt: skip


def test_a_broken_link_keeps_the_day_on_which_it_broke() -> None:
    assert after(Outcome(Sort.GONE, 410), TROUBLE, Outcome(Sort.GONE, 404)).broken_since == NOW


def test_a_permanent_redirect_is_a_move() -> None:
    standing = after(Outcome(Sort.GOOD, 200, moved_to="https://n.org/"))
    assert (standing.state, standing.moved_to) == (LinkState.MOVED, "https://n.org/")


def test_a_busy_site_teaches_nothing() -> None:
    before = after(Outcome(Sort.GONE, 404))
    now = judge(before, Outcome(Sort.BUSY), NOW + DAY)
    assert (now.state, now.failures) == (before.state, before.failures)


def test_what_a_person_ignores_is_left_alone() -> None:
    ignored = Standing(LinkState.IGNORED)
    assert judge(ignored, Outcome(Sort.GONE, 404), NOW) is ignored


@pytest.mark.parametrize(
    ("status", "sort"),
    [(200, Sort.GOOD), (206, Sort.GOOD), (404, Sort.GONE), (410, Sort.GONE), (403, Sort.KEPT_OUT),
     (429, Sort.KEPT_OUT), (999, Sort.KEPT_OUT), (500, Sort.TROUBLE), (408, Sort.TROUBLE),
     *((each, Sort.KEPT_OUT) for each in (400, 401, 405, 406, 418, 421, 451, 999))],
)  # fmt: skip
def test_a_status_says(status: int, sort: Sort) -> None:
    assert sort_of(status) is sort


@given(st.lists(st.sampled_from([each for each in Sort if each is not Sort.BUSY]), min_size=1))
def test_asking_goes_on_for_ever_and_never_too_often(sorts: list[Sort]) -> None:
    standing, now = Standing(), NOW
    for each in sorts:
        standing = judge(standing, Outcome(each), now)
        assert standing.next_at is not None
        assert timedelta(hours=20) <= standing.next_at - now <= timedelta(days=30)
        now = standing.next_at
    assert (standing.state is LinkState.BROKEN) == (standing.broken_since is not None)
