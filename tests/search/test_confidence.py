from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from search.confidence import (
    ANSWER_FLOOR,
    DEFAULT_FLOOR,
    SURE_FLOOR,
    Signs,
    WordSigns,
    answer_confidence,
    confidence,
    is_answer,
    is_weak,
    keyword_confidence,
    words_chance,
)

SHARE = st.floats(0, 1)
SIGNS = st.builds(Signs, st.floats(-1, 1), SHARE, SHARE, st.booleans(), SHARE)
GOOD = Signs(
    similarity=0.93, coverage=1.0, agreement=1.0, is_best_by_words=True, crowd=0.3
)  # a known question
STRAY = Signs(
    similarity=0.82, coverage=0.2, agreement=0.3, is_best_by_words=False, crowd=0.9
)  # the weather in Paris


@given(SIGNS)
def test_a_confidence_is_a_share(signs: Signs) -> None:
    assert 0.0 <= confidence(signs) <= 1.0


@given(SIGNS, SHARE)
def test_more_of_the_query_covered_is_surer(signs: Signs, more: float) -> None:
    covered = replace(signs, coverage=max(signs.coverage, more))
    assert confidence(covered) >= confidence(signs)


@given(SIGNS, SHARE)
def test_a_crowd_about_as_good_is_less_sure(signs: Signs, crowd: float) -> None:
    crowded = replace(signs, crowd=max(signs.crowd, crowd))
    assert confidence(crowded) <= confidence(signs)


@given(SIGNS)
def test_a_code_that_no_article_holds_is_less_sure(signs: Signs) -> None:
    assert confidence(replace(signs, lacks_code=True)) < confidence(signs)


def test_a_known_question_is_not_weak_and_a_stray_one_is() -> None:
    assert not is_weak(confidence(GOOD), "en", {})
    assert is_weak(confidence(STRAY), "en", {})


def test_a_floor_of_its_own_decides_in_its_language_only() -> None:
    between = (1.0 + DEFAULT_FLOOR) / 2.0
    assert is_weak(between, "fr", {"fr": 1.0})
    assert not is_weak(between, "en", {"fr": 1.0})


def test_words_alone_are_surer_the_more_they_cover() -> None:
    assert keyword_confidence(0.2) < DEFAULT_FLOOR < keyword_confidence(0.6)


@given(st.floats(0, 3), st.floats(0, 8), st.floats(0, 1), st.booleans())
def test_words_that_lead_by_more_and_say_more_are_surer(
    lead: float, said: float, more: float, lacks_code: bool
) -> None:
    here = words_chance(WordSigns(lead, said, lacks_code=lacks_code))
    assert 0.0 <= here <= 1.0
    assert words_chance(WordSigns(lead + more, said, lacks_code=lacks_code)) >= here
    assert words_chance(WordSigns(lead, said + more, lacks_code=lacks_code)) >= here
    assert words_chance(WordSigns(lead, said, lacks_code=True)) <= here


def test_one_word_that_many_articles_say_is_no_half_chance_and_a_rare_one_is() -> None:
    assert words_chance(WordSigns(lead=0.1, said=0.2)) < SURE_FLOOR
    assert words_chance(WordSigns(lead=1.2, said=0.9)) > SURE_FLOOR


def test_a_known_question_may_be_quoted() -> None:
    assert is_answer(confidence(GOOD), rival=0.5)


def test_what_two_articles_answer_alike_may_not_be_quoted() -> None:
    assert not is_answer(0.75, rival=1.0)


@given(SHARE)
def test_what_is_weak_is_never_quoted(rival: float) -> None:
    assert answer_confidence(DEFAULT_FLOOR / 2, rival) < ANSWER_FLOOR


@given(SHARE, SHARE, SHARE)
def test_a_stronger_rival_never_makes_an_answer(sure: float, rival: float, more: float) -> None:
    assert answer_confidence(sure, max(rival, more)) <= answer_confidence(sure, rival) + 1e-12
