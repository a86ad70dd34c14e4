"""Claims about what can honestly be said of an answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.gaps.verdict import MIN_DAYS, Stretch, Verdict, compare


def weeks(number: int, searches: int, unanswered: int, contacts: int = 0) -> Stretch:
    return Stretch(7 * number, searches, searches, unanswered, contacts)


def test_a_share_that_surely_fell_is_an_improvement() -> None:
    assert compare(weeks(8, 100, 90), weeks(4, 60, 10)).verdict is Verdict.IMPROVED


def test_a_share_that_surely_rose_is_said_to_be_worse() -> None:
    assert compare(weeks(8, 100, 10), weeks(4, 60, 50)).verdict is Verdict.WORSE


def test_a_difference_that_may_be_chance_is_no_change() -> None:
    assert compare(weeks(8, 100, 50), weeks(8, 100, 45)).verdict is Verdict.NO_CHANGE


def test_two_weeks_must_pass_whatever_they_show() -> None:
    after = Stretch(MIN_DAYS - 1, 500, 500, 0, 0)
    assert compare(weeks(8, 500, 500), after).verdict is Verdict.TOO_EARLY


def test_few_searches_are_too_early_to_tell() -> None:
    assert compare(weeks(8, 29, 29), weeks(8, 100, 0)).verdict is Verdict.TOO_EARLY


def test_requests_that_surely_stopped_are_an_improvement_even_with_few_searches() -> None:
    found = compare(weeks(8, 10, 10, contacts=40), weeks(8, 10, 10, contacts=3))
    assert found.verdict is Verdict.IMPROVED


def test_a_better_share_with_more_requests_is_not_called_an_improvement() -> None:
    found = compare(weeks(8, 200, 180, contacts=2), weeks(8, 200, 40, contacts=60))
    assert found.verdict is Verdict.NO_CHANGE


def test_the_share_is_by_newcombes_tenth_method() -> None:
    """The example (a) of his table: 56/70 against 48/80, at 95%."""
    found = compare(weeks(8, 80, 48), weeks(8, 70, 56))
    assert found.share.value == pytest.approx(0.2)
    assert found.share.lower > 0.0
    assert found.share.upper < 0.36


counts = st.integers(0, 400)


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    searches = draw(counts)
    return Stretch(
        draw(st.integers(0, 60)),
        draw(counts),
        searches,
        draw(st.integers(0, searches)),
        draw(st.integers(0, 60)),
    )


@given(stretches(), stretches())
def test_every_change_lies_in_its_interval(before: Stretch, after: Stretch) -> None:
    found = compare(before, after)
    for change in (found.share, found.contacts):
        assert change.lower - 1e-9 <= change.value <= change.upper + 1e-9


@given(stretches(), stretches())
def test_what_looks_better_forwards_looks_worse_backwards(before: Stretch, after: Stretch) -> None:
    there, back = compare(before, after), compare(after, before)
    assert there.share.lower == pytest.approx(-back.share.upper)
    if min(before.days, after.days) >= MIN_DAYS:
        assert (there.verdict is Verdict.IMPROVED) == (back.verdict is Verdict.WORSE)


@given(stretches())
def test_the_same_before_and_after_is_never_a_change(stretch: Stretch) -> None:
    assert compare(stretch, stretch).verdict in {Verdict.NO_CHANGE, Verdict.TOO_EARLY}
