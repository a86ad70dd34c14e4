"""Claims about unanswered questions grouped by meaning."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.gaps.grouping import Diagnosis, Gap, Unanswered, cluster, diagnose, find_gaps
from feedback.intents import normalise
from feedback.outcomes import Outcome

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
MEANINGS = ("gift", "cadeau"), ("discount", "remise"), ("spain", "espagne")


def asked(
    query: str,
    visitor: str = "alice",
    *,
    locale: str = "en",
    outcome: Outcome = Outcome.WEAK,
    shown: tuple[int, ...] = (),
    days_ago: int = 0,
) -> Unanswered:
    return Unanswered(
        query=query,
        normalised=normalise(query),
        locale=locale,
        visitor=visitor,
        outcome=outcome,
        shown=shown,
        asked_at=NOW - timedelta(days=days_ago),
    )


def by_subject(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Encode a text by which of three subjects it names, in either language."""
    rows = [[float(any(word in text for word in words)) for words in MEANINGS] for text in texts]
    return np.asarray(rows, dtype=np.float32)


BACKGROUND = {
    locale: [f"{word} {number}" for word in words for number in range(10)]
    for locale, words in (
        ("en", ("gift", "discount", "spain")),
        ("fr", ("cadeau", "remise", "espagne")),
    )
}


def names(gaps: Sequence[Gap]) -> list[str]:
    return [gap.name for gap in gaps]


def test_wordings_that_share_words_are_one_gap_without_any_model() -> None:
    gaps = find_gaps([asked("student discount"), asked("discount for a student", "bob")])
    assert [(gap.visitors, gap.intents) for gap in gaps] == [(2, 2)]


def test_questions_about_different_things_stay_apart() -> None:
    assert len(find_gaps([asked("student discount"), asked("gift wrapping")])) == 2


def test_without_a_model_no_gap_spans_two_languages() -> None:
    gaps = find_gaps([asked("spotify"), asked("spotify", locale="fr")])
    assert len(gaps) == 2


def test_with_vectors_one_gap_spans_languages_and_wordings() -> None:
    questions = [
        asked("gift please", "alice"),
        asked("paquet cadeau", "bob", locale="fr"),
        asked("discount", "carol"),
    ]
    gaps = find_gaps(questions, by_subject, BACKGROUND)
    assert [gap.languages for gap in gaps] == [("en", "fr"), ("en",)]


def test_few_texts_without_a_background_are_grouped_by_words_alone() -> None:
    """The mean of two vectors says nothing: taking it away would make opposites of twins."""
    gaps = find_gaps([asked("gift box"), asked("gift for mum", "bob")], by_subject)
    assert len(gaps) == 1


def test_the_most_visitors_come_first_however_often_one_of_them_asks() -> None:
    questions = [asked("curtains")] * 9 + [asked("smart plug", who) for who in ("bob", "carol")]
    assert names(find_gaps(questions)) == ["smart plug", "curtains"]


def test_a_gap_is_named_after_its_most_central_question() -> None:
    questions = [
        asked("gift wrap", "alice"),
        asked("gift wrap", "bob"),
        asked("gift wrap for christmas", "carol"),
        asked("can you gift wrap it for my mother", "dave"),
    ]
    assert names(find_gaps(questions)) == ["gift wrap"]


def test_a_gap_is_named_in_the_language_that_asked_most() -> None:
    questions = [
        asked("gift"),
        asked("cadeau", "bob", locale="fr"),
        asked("paquet cadeau", "carol", locale="fr"),
    ]
    [gap] = find_gaps(questions, by_subject, BACKGROUND)
    assert (gap.locale, gap.languages) == ("fr", ("fr", "en"))


def test_the_nearest_article_is_the_one_shown_first_most_often() -> None:
    questions = [
        asked("gift", shown=(7, 8)),
        asked("gift", "bob", shown=(7,)),
        asked("gift", "carol", shown=(8,)),
    ]
    assert find_gaps(questions)[0].nearest == 7


def test_what_was_asked_before_the_period_only_tells_the_trend() -> None:
    questions = [
        asked("gift", "bob", days_ago=40),
        asked("gift"),
        asked("curtains", "carol", days_ago=40),
    ]
    gaps = find_gaps(questions, since=NOW - timedelta(days=30))
    assert [(gap.name, gap.visitors, gap.visitors_before) for gap in gaps] == [("gift", 1, 1)]


def test_a_question_that_most_get_answered_is_no_gap() -> None:
    assert find_gaps([asked("gift")], answered={("en", "gift"): 3}) == []


def test_a_question_that_a_third_does_not_get_answered_is_one() -> None:
    assert [gap.answered for gap in find_gaps([asked("gift")], answered={("en", "gift"): 2})] == [2]


def test_no_question_makes_no_gap() -> None:
    assert find_gaps([]) == []


@pytest.mark.parametrize(
    ("outcomes", "diagnosis"),
    [
        ({Outcome.WEAK: 3, Outcome.NO_RESULT: 1, Outcome.NO_CLICK: 2}, Diagnosis.NOTHING_RELEVANT),
        ({Outcome.NO_CLICK: 2, Outcome.REFORMULATED: 2}, Diagnosis.NOT_OPENED),
        ({Outcome.OPENED: 5, Outcome.WEAK: 1}, Diagnosis.DID_NOT_HELP),
        ({Outcome.OPENED: 1, Outcome.WEAK: 1}, None),
        ({}, None),
    ],
)
def test_a_cause_is_named_only_where_two_thirds_agree(
    outcomes: dict[Outcome, int], diagnosis: Diagnosis | None
) -> None:
    assert diagnose(outcomes) is diagnosis


def test_members_of_a_group_are_near_each_other_on_average() -> None:
    nearness = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.1], [0.0, 0.1, 1.0]])
    labels = cluster(nearness, 0.5)
    assert labels[0] == labels[1] != labels[2]


QUESTIONS = st.builds(
    asked,
    st.sampled_from(["gift wrap", "gift wrapping", "student discount", "discount", "?", "spain"]),
    st.sampled_from(["alice", "bob", "carol"]),
    locale=st.sampled_from(["en", "fr"]),
    outcome=st.sampled_from([each for each in Outcome if each is not Outcome.ANSWERED]),
    shown=st.lists(st.integers(1, 4), max_size=3).map(tuple),
    days_ago=st.integers(0, 50),
)


@settings(deadline=None)
@given(st.lists(QUESTIONS, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(questions: list[Unanswered], chance: object) -> None:
    shuffled = questions.copy()
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert find_gaps(shuffled) == find_gaps(questions)


@settings(deadline=None)
@given(st.lists(QUESTIONS, max_size=12))
def test_every_unanswered_intent_is_in_exactly_one_gap(questions: list[Unanswered]) -> None:
    gaps = find_gaps(questions)
    assert sum(gap.intents for gap in gaps) == len(questions)
    assert all(sum(gap.outcomes.values()) == gap.intents for gap in gaps)
