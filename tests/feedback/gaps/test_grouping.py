"""Claims about what was said, grouped into gaps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.gaps.facts import Expressed, Found, Known, Opened, Source
from feedback.gaps.grouping import find_gaps
from feedback.intents import normalise
from feedback.outcomes import Outcome

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SUBJECTS = ("gift", "cadeau"), ("discount", "remise"), ("spain", "espagne")
ids = count(1)


def searched(
    query: str,
    visitor: str = "alice",
    *,
    locale: str = "en",
    outcome: Outcome = Outcome.WEAK,
    shown: tuple[int, ...] = (),
    opened: tuple[Opened, ...] = (),
    days_ago: int = 0,
    origin: str = "",
    minute: int = 0,
) -> Expressed:
    number = next(ids)
    return Expressed(
        id=number,
        source=Source.SEARCH,
        text=query,
        normalised=normalise(query),
        locale=locale,
        visitor=visitor,
        asked_at=NOW - timedelta(days=days_ago) + timedelta(minutes=minute),
        origin=origin,
        visit=hash((visitor, days_ago)),
        outcome=outcome,
        chain=number,
        weak=outcome in {Outcome.WEAK, Outcome.NO_RESULT},
        shown=shown,
        opened=opened,
    )


def crowd(query: str, size: int, **facts: object) -> list[Expressed]:
    return [searched(query, f"{query} {each}", **facts) for each in range(size)]  # type: ignore[arg-type]


def sent(text: str, *, after: Expressed) -> Expressed:
    return Expressed(
        id=next(ids),
        source=Source.REQUEST,
        text=text,
        normalised=normalise(text),
        locale="en",
        visitor=after.visitor,
        asked_at=after.asked_at + timedelta(minutes=1),
        visit=after.visit,
        chain=after.chain,
    )


def by_subject(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Encode a text by which of three subjects it names, in either language."""
    rows = [[float(any(word in text for word in words)) for words in SUBJECTS] for text in texts]
    return np.asarray(rows, dtype=np.float32)


ARTICLES = [
    Known(number, number, locale, tuple(f"{word} {each}" for word in words for each in range(10)))
    for number, (locale, words) in enumerate(
        (("en", ("gift", "discount", "spain")), ("fr", ("cadeau", "remise", "espagne"))), 1
    )
]


def names(gaps: Sequence[Found]) -> list[str]:
    return [gap.name for gap in gaps]


def test_wordings_that_share_words_are_one_gap_without_any_model() -> None:
    gaps = find_gaps([searched("student discount"), searched("discount for a student", "bob")])
    assert [(gap.visitors, gap.intents) for gap in gaps] == [(2, 2)]


def test_questions_about_different_things_stay_apart() -> None:
    assert len(find_gaps(crowd("student discount", 3) + crowd("gift wrapping", 3))) == 2


def test_without_a_model_no_gap_spans_two_languages() -> None:
    assert len(find_gaps(crowd("spotify", 3) + crowd("spotify", 3, locale="fr"))) == 2


def test_with_vectors_one_gap_spans_languages_and_wordings() -> None:
    questions = [
        *crowd("gift please", 3),
        *crowd("paquet cadeau", 2, locale="fr"),
        *crowd("discount", 3),
    ]
    gaps = find_gaps(questions, by_subject, ARTICLES)
    assert [gap.languages for gap in gaps] == [("en", "fr"), ("en",)]


def test_whom_an_article_answers_in_its_own_language_says_nothing_of_a_question_in_another() -> (
    None
):
    articles = [each for each in ARTICLES if each.id != 2]  # nothing is in French
    helped = [
        searched(
            "gift please",
            f"reader {each}",
            outcome=Outcome.ANSWERED,
            shown=(1,),
            opened=(Opened(1, 1, 30),),
        )
        for each in range(40)
    ]
    asked = crowd("paquet cadeau", 20, locale="fr", shown=(1,))
    (gap,) = find_gaps([*asked, *helped], None, articles)
    assert (gap.evidence.article, gap.evidence.answered_others) == (1, 0)


def test_few_texts_without_a_background_are_grouped_by_words_alone() -> None:
    """The mean of two vectors says nothing: taking it away would make opposites of twins."""
    gaps = find_gaps([searched("gift box"), searched("gift box for mum", "bob")], by_subject)
    assert len(gaps) == 1


def test_what_one_visitor_asks_in_other_words_a_moment_later_is_the_same_question() -> None:
    one, other = "wrap a birthday present nicely", "nicely decorated paper box with ribbon"
    rewording = [
        searched(words, f"visitor {each}", minute=minute)
        for each in range(3)
        for minute, words in enumerate((one, other))
    ]
    apart = [*crowd(one, 3), *crowd(other, 3)]
    assert (len(find_gaps(rewording)), len(find_gaps(apart))) == (1, 2)


def test_the_most_visitors_come_first_however_often_one_of_them_asks() -> None:
    questions = [searched("curtains", days_ago=each) for each in range(9)]
    questions += [searched("curtains", "dave"), *crowd("smart plug", 3)]
    assert names(find_gaps(questions)) == ["smart plug", "curtains"]


def test_what_one_visitor_asks_is_no_gap() -> None:
    assert find_gaps([searched("curtains", days_ago=each) for each in range(9)]) == []


def test_one_network_cannot_plant_a_gap() -> None:
    flood = crowd("cheap watches", 50, origin="one machine")
    assert find_gaps(flood) == []


def test_of_one_network_three_visitors_a_day_count() -> None:
    office = crowd("cheap watches", 5, origin="one machine")
    assert [gap.visitors for gap in find_gaps(office)] == [3]


def test_a_gap_is_named_after_its_most_central_question() -> None:
    questions = [
        searched("gift wrap", "alice"),
        searched("gift wrap", "bob"),
        searched("gift wrap for christmas", "carol"),
        searched("can you gift wrap it for my mother", "dave"),
    ]
    assert names(find_gaps(questions)) == ["gift wrap"]


def test_a_gap_is_named_in_the_language_that_asked_most() -> None:
    questions = [*crowd("gift", 1), *crowd("cadeau", 2, locale="fr")]
    [gap] = find_gaps(questions, by_subject, ARTICLES)
    assert (gap.name, gap.locale, gap.languages) == ("cadeau", "fr", ("fr", "en"))


def test_what_was_asked_before_the_period_only_tells_the_trend() -> None:
    questions = [
        *crowd("gift", 4, days_ago=40),
        *crowd("gift", 3),
        *crowd("curtains", 3, days_ago=40),
    ]
    gaps = find_gaps(questions, since=NOW - timedelta(days=30))
    assert [(gap.name, gap.visitors, gap.visitors_before) for gap in gaps] == [("gift", 3, 4)]


def test_a_question_that_most_get_answered_is_no_gap() -> None:
    answered = crowd("gift", 9, outcome=Outcome.ANSWERED)
    assert find_gaps(answered + crowd("gift wrap", 3)) == []


def test_a_question_that_was_answered_in_other_words_in_the_end_is_no_gap() -> None:
    stories = [
        searched(words, f"visitor {each}", minute=minute, outcome=outcome)
        for each in range(5)
        for minute, (words, outcome) in enumerate(
            (("gift", Outcome.REFORMULATED), ("gift wrap", Outcome.ANSWERED))
        )
    ]
    assert find_gaps(stories) == []


def test_a_request_belongs_to_the_question_that_led_to_it_and_costs_a_contact() -> None:
    search = searched("gift wrap", outcome=Outcome.ESCALATED)
    request = sent("Please pack my parcel", after=search)
    [gap] = find_gaps([*crowd("gift wrap", 3), search, request])
    assert (gap.visitors, gap.intents, gap.requests, gap.contacts) == (4, 4, 1, 1)


def test_no_question_makes_no_gap() -> None:
    assert find_gaps([]) == []


def test_progress_ends_with_every_wording() -> None:
    told: list[tuple[int, int]] = []
    questions = crowd("gift", 2) + crowd("spain", 2)
    find_gaps(questions, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 2)]


def test_with_a_model_progress_tells_of_encoding_as_well() -> None:
    told: list[tuple[int, int]] = []
    questions = crowd("gift", 2) + crowd("spain", 2)
    find_gaps(questions, by_subject, progress=lambda done, total: told.append((done, total)))
    assert told == [(2, 4), (4, 4)]


QUESTIONS = st.builds(
    searched,
    st.sampled_from(["gift wrap", "gift wrapping", "student discount", "discount", "?", "spain"]),
    st.sampled_from(["alice", "bob", "carol"]),
    locale=st.sampled_from(["en", "fr"]),
    outcome=st.sampled_from(list(Outcome)),
    shown=st.lists(st.integers(1, 4), max_size=3).map(tuple),
    days_ago=st.integers(0, 50),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(QUESTIONS, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(questions: list[Expressed], chance: object) -> None:
    shuffled = questions.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert find_gaps(shuffled) == find_gaps(questions)


@settings(deadline=None, max_examples=50)
@given(st.lists(QUESTIONS, max_size=12))
def test_whatever_is_reported_was_said_in_vain_and_only_once(questions: list[Expressed]) -> None:
    gaps = find_gaps(questions)
    members = [each for gap in gaps for each in gap.members[Source.SEARCH]]
    in_vain = {each.id for each in questions if each.outcome is not Outcome.ANSWERED}
    assert len(members) == len(set(members))
    assert set(members) <= in_vain
    assert all(sum(gap.outcomes.values()) == gap.intents for gap in gaps)
