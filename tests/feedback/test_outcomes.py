"""Claims about what became of a search, in the order of the definition."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.outcomes import Intent, Opening, Outcome, is_answered, outcomes

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def intent(
    *openings: Opening,
    matched: int = 3,
    weak: bool = False,
    reworded: tuple[float, ...] = (),
    is_reformulated: bool = False,
    asked: float = 0,
) -> Intent:
    return Intent(
        at=at(asked),
        matched=matched,
        weak=weak,
        openings=openings,
        reworded_at=tuple(map(at, reworded)),
        is_reformulated=is_reformulated,
    )


def outcome_of(one: Intent, contacts: tuple[datetime, ...] = ()) -> Outcome:
    return outcomes([one], contacts)[0]


def test_a_result_voted_helpful_answers_even_when_barely_read() -> None:
    assert outcome_of(intent(Opening(at(5), 2, helpful=True))) is Outcome.ANSWERED


def test_a_result_read_for_ten_seconds_answers() -> None:
    assert outcome_of(intent(Opening(at(5), 10))) is Outcome.ANSWERED


def test_a_result_read_for_nine_seconds_does_not() -> None:
    assert outcome_of(intent(Opening(at(5), 9))) is Outcome.OPENED


def test_a_reading_followed_within_a_minute_by_other_words_is_no_answer() -> None:
    assert outcome_of(intent(Opening(at(5), 30), reworded=(90,))) is Outcome.OPENED


def test_other_words_long_after_the_reading_take_nothing_from_it() -> None:
    assert outcome_of(intent(Opening(at(5), 30), reworded=(96,))) is Outcome.ANSWERED


def test_other_words_before_the_reading_take_nothing_from_it() -> None:
    assert outcome_of(intent(Opening(at(50), 30), reworded=(40,))) is Outcome.ANSWERED


def test_a_long_reading_voted_down_is_no_answer() -> None:
    assert outcome_of(intent(Opening(at(5), 300, helpful=False))) is Outcome.OPENED


def test_an_answer_counts_whatever_the_confidence_was() -> None:
    assert outcome_of(intent(Opening(at(5), 60), matched=0, weak=True)) is Outcome.ANSWERED


def test_nothing_matched_and_weak_meaning_is_no_result() -> None:
    assert outcome_of(intent(matched=0, weak=True)) is Outcome.NO_RESULT


def test_results_under_the_floor_are_weak_though_something_was_shown() -> None:
    assert outcome_of(intent(matched=2, weak=True, is_reformulated=True)) is Outcome.WEAK


def test_sure_meaning_without_any_matching_word_is_a_good_result() -> None:
    assert outcome_of(intent(matched=0, weak=False)) is Outcome.NO_CLICK


def test_good_results_followed_by_other_words_are_reformulated() -> None:
    assert outcome_of(intent(is_reformulated=True)) is Outcome.REFORMULATED


def test_good_results_and_then_nothing_are_no_click() -> None:
    assert outcome_of(intent()) is Outcome.NO_CLICK


def test_a_request_to_a_person_outweighs_a_reading() -> None:
    assert outcome_of(intent(Opening(at(5), 60)), (at(100),)) is Outcome.ESCALATED


def test_a_request_before_the_search_does_not_escalate_it() -> None:
    assert outcome_of(intent(asked=50), (at(10),)) is Outcome.NO_CLICK


def test_another_answered_search_in_between_takes_the_request_upon_itself() -> None:
    first = intent()
    second = intent(Opening(at(65), 30), asked=60)
    assert outcomes([first, second], [at(200)]) == [Outcome.NO_CLICK, Outcome.ESCALATED]


OPENINGS = st.builds(
    Opening,
    at=st.integers(0, 1_800).map(at),
    read_seconds=st.integers(0, 900),
    helpful=st.sampled_from([None, True, False]),
)
INTENTS = st.builds(
    Intent,
    at=st.integers(0, 1_800).map(at),
    matched=st.integers(0, 5),
    weak=st.booleans(),
    openings=st.lists(OPENINGS, max_size=3).map(tuple),
    reworded_at=st.lists(st.integers(0, 2_000).map(at), max_size=3).map(tuple),
    is_reformulated=st.booleans(),
)
MOMENTS = st.lists(st.integers(0, 3_000).map(at), max_size=3)


@given(st.lists(INTENTS, max_size=6), MOMENTS)
def test_every_intent_has_exactly_one_outcome(
    intents: list[Intent], contacts: list[datetime]
) -> None:
    assert len(outcomes(intents, contacts)) == len(intents)


@given(st.lists(INTENTS, max_size=6))
def test_nothing_is_escalated_without_a_request(intents: list[Intent]) -> None:
    assert Outcome.ESCALATED not in outcomes(intents)


@given(st.lists(INTENTS, max_size=6))
def test_without_requests_answered_means_just_that(intents: list[Intent]) -> None:
    answered = [each is Outcome.ANSWERED for each in outcomes(intents)]
    assert answered == [is_answered(each) for each in intents]


@given(INTENTS)
def test_what_was_never_opened_is_never_called_opened_or_answered(one: Intent) -> None:
    if not one.openings:
        assert outcome_of(one) not in {Outcome.OPENED, Outcome.ANSWERED}


@given(INTENTS)
def test_not_clicked_is_never_said_of_a_search_that_was(one: Intent) -> None:
    if one.openings:
        assert outcome_of(one) not in {Outcome.NO_CLICK, Outcome.REFORMULATED}


@given(st.lists(INTENTS, max_size=5), MOMENTS)
def test_outcomes_do_not_depend_on_the_order_of_the_list(
    intents: list[Intent], contacts: list[datetime]
) -> None:
    straight = outcomes(intents, contacts)
    assert outcomes(intents[::-1], contacts[::-1]) == straight[::-1]
