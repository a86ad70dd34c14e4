"""Claims about who is asked which question: pure functions."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.eligibility import Standing, choose, is_sampled, is_score, may_be_asked
from feedback.surveys.models import After, Survey

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
PAUSE = timedelta(days=90)
VISITORS = st.text("0123456789abcdef", min_size=32, max_size=32)
SHARES = st.floats(0, 1)
MOMENTS = st.lists(
    st.timedeltas(timedelta(0), timedelta(days=400)).map(lambda ago: NOW - ago), max_size=6
)


@given(MOMENTS)
def test_nobody_is_asked_twice_within_the_pause(asked: list[datetime]) -> None:
    may = may_be_asked(Standing(tuple(asked)), NOW, PAUSE)
    assert may == all(NOW - each >= PAUSE for each in asked)


@given(MOMENTS, st.sampled_from([(True, False), (False, True)]), VISITORS, SHARES)
def test_who_bears_the_mark_or_is_left_alone_is_asked_nothing(
    asked: list[datetime], why: tuple[bool, bool], visitor: str, share: float
) -> None:
    standing = Standing(tuple(asked), *why)
    for after in After:
        assert choose(visitor, after, standing, at=NOW, pause=PAUSE, share=share) is None


@given(VISITORS, SHARES, SHARES)
def test_a_larger_sample_holds_every_smaller_one(visitor: str, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert is_sampled(visitor, large) or not is_sampled(visitor, small)
    assert is_sampled(visitor, small) == is_sampled(visitor, small)


@given(VISITORS)
def test_a_sample_of_none_takes_nobody_and_one_of_all_everybody(visitor: str) -> None:
    assert not is_sampled(visitor, 0)
    assert is_sampled(visitor, 1)


def test_a_sample_is_about_as_large_as_it_should_be() -> None:
    taken = sum(is_sampled(f"{number:032x}", 0.05) for number in range(20_000))
    assert 800 < taken < 1200


@given(VISITORS, SHARES, st.sampled_from(After))
def test_one_question_at_most_and_after_a_request_always_about_it(
    visitor: str, share: float, after: After
) -> None:
    chosen = choose(visitor, after, Standing(), at=NOW, pause=PAUSE, share=share)
    expected = Survey.NPS if is_sampled(visitor, share) else Survey.CSAT
    assert chosen is (Survey.CSAT if after is After.REQUEST else expected)


@given(st.integers())
def test_scores_lie_on_their_scales(score: int) -> None:
    assert is_score(Survey.CSAT, score) == (1 <= score <= 5)
    assert is_score(Survey.NPS, score) == (0 <= score <= 10)
