"""Claims about why a question goes unanswered."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from feedback.gaps.diagnosis import Candidate, Case, diagnose, is_foreign_to_site
from feedback.gaps.facts import Diagnosis, Evidence

NEIGHBOUR = Evidence(
    article=7, nearness=0.6, shown=80, shown_first=50, opened=9, answered=1, answered_others=40
)


def case(*candidates: Candidate, visitors: int = 60, contacts: int = 9, **facts: float) -> Case:
    return Case(
        **{
            "visitors": visitors,
            "contacts": contacts,
            "askings": visitors + 10,
            "weak": 20,
            "opened": 15,
            "nearness": 0.8,
            "candidates": candidates,
            **facts,
        }
    )


def candidate(*, abroad: bool = False, claimed: bool = True, **counts: float) -> Candidate:
    return Candidate(abroad, claimed, replace(Evidence(article=3), **counts))


def named(*candidates: Candidate, **facts: int) -> Diagnosis:
    return diagnose(case(*candidates, **facts))[0]


def test_where_only_articles_on_other_questions_come_near_the_article_is_missing() -> None:
    assert named(Candidate(False, False, NEIGHBOUR)) is Diagnosis.MISSING_ARTICLE


def test_where_there_is_no_article_at_all_it_is_missing() -> None:
    assert diagnose(case()) == (Diagnosis.MISSING_ARTICLE, Evidence())


def test_an_article_that_most_opened_and_many_voted_down_does_not_help() -> None:
    opened = candidate(shown=60, opened=50, answered=18, voted_down=15, escalated=8, nearness=1.0)
    assert named(opened) is Diagnosis.DOES_NOT_HELP


def test_an_article_that_few_of_those_who_saw_it_opened_is_not_what_fails_to_help() -> None:
    passed_by = candidate(shown=60, opened=12, voted_down=8, answered_others=30)
    assert named(passed_by) is Diagnosis.MISSING_ARTICLE


def test_an_article_that_some_got_to_in_the_end_cannot_be_found() -> None:
    reached = candidate(nearness=0.3, shown=4, opened=5, answered=5, found_late=5)
    assert named(reached) is Diagnosis.CANNOT_BE_FOUND


def test_one_visitor_who_got_there_is_chance() -> None:
    reached = candidate(nearness=0.3, shown=4, opened=1, answered=1, found_late=1)
    assert named(reached) is Diagnosis.MISSING_ARTICLE


def test_an_article_found_at_once_by_those_whom_it_answers_is_not_hidden() -> None:
    direct = candidate(nearness=0.7, shown=60, opened=30, answered=28, found_late=3)
    assert named(direct) is Diagnosis.MISSING_ARTICLE


def test_an_article_whose_text_is_near_and_that_nobody_opens_cannot_be_found() -> None:
    unread = candidate(nearness=1.0, shown=60, shown_first=50, opened=1)
    assert named(unread) is Diagnosis.CANNOT_BE_FOUND


def test_an_article_that_answers_other_questions_is_not_the_hidden_one_however_near() -> None:
    neighbour = candidate(nearness=1.0, shown=60, opened=3, answered_others=40)
    assert named(neighbour) is Diagnosis.MISSING_ARTICLE


def test_an_article_in_another_language_whose_question_this_is_asks_for_a_translation() -> None:
    foreign = candidate(abroad=True, nearness=0.5)
    answer = diagnose(case(foreign, Candidate(False, False, NEIGHBOUR)))
    assert answer == (Diagnosis.MISSING_TRANSLATION, foreign.evidence)


def test_an_article_in_another_language_that_another_question_is_nearer_to_does_not() -> None:
    foreign = candidate(abroad=True, claimed=False, nearness=0.5)
    assert named(foreign) is Diagnosis.MISSING_ARTICLE


def test_what_is_far_from_all_that_the_site_says_and_nobody_writes_about_is_not_for_us() -> None:
    assert named(contacts=0, weak=60, opened=0, nearness=0.3) is Diagnosis.NOT_FOR_US


def test_what_customers_write_to_a_person_about_is_for_us_however_new_it_is() -> None:
    assert named(contacts=20, weak=40, opened=10, nearness=0.3) is Diagnosis.MISSING_ARTICLE


counts = st.integers(0, 100)
evidences = st.builds(Evidence, st.integers(1, 9), st.floats(-1, 2), *(counts for _ in range(10)))
cases = st.builds(
    case,
    st.builds(Candidate, st.booleans(), st.booleans(), evidences),
    visitors=st.integers(2, 90),
    contacts=st.integers(0, 90),
)


@given(cases, st.floats(0, 1), st.integers(0, 5))
def test_a_question_does_not_become_foreign_by_coming_nearer_or_costing_contacts(
    one: Case, nearer: float, contacts: int
) -> None:
    other = replace(one, nearness=one.nearness + nearer, contacts=one.contacts + contacts)
    assert is_foreign_to_site(one) or not is_foreign_to_site(other)


@given(cases, st.integers(1, 50))
def test_more_refusals_never_take_back_that_an_article_does_not_help(one: Case, more: int) -> None:
    [only] = one.candidates
    worse = replace(
        only, evidence=replace(only.evidence, voted_down=only.evidence.voted_down + more)
    )
    if diagnose(one)[0] is Diagnosis.DOES_NOT_HELP:
        assert diagnose(replace(one, candidates=(worse,)))[0] is Diagnosis.DOES_NOT_HELP


@given(cases)
def test_the_evidence_is_always_that_of_a_candidate(one: Case) -> None:
    assert diagnose(one)[1] in [each.evidence for each in one.candidates]


@given(cases)
def test_a_translation_is_asked_for_only_where_there_is_one_to_make(one: Case) -> None:
    diagnosis, evidence = diagnose(one)
    abroad = {each.evidence.article for each in one.candidates if each.is_other_language}
    assert diagnosis is not Diagnosis.MISSING_TRANSLATION or evidence.article in abroad
