"""Claims about the parts of grouping: askings, nearness, clusters, joining, what is listed."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from feedback.gaps.askings import Asking, answered_chains, askings_of, followed_up
from feedback.gaps.clustering import average_linkage, groups
from feedback.gaps.facts import Expressed, Known, Opened, Source
from feedback.gaps.joining import Conduct, is_alike, join
from feedback.gaps.library import library_of
from feedback.gaps.nearness import Rows, common_of, drawn_together, links_of, rows_of
from feedback.gaps.shares import certainty, least_share
from feedback.gaps.wordings import as_sentence, first_sentence, visitors_of
from feedback.outcomes import Outcome
from feedback.statistics import Z_95
from tests.feedback.gaps.test_grouping import searched

READ = Opened(7, rank=1, seconds=40)


def asking(*said: Expressed) -> Asking:
    [made] = askings_of(said, answered_chains(said))
    return made


def plane(*angles: float) -> Rows:
    """Return rows in a plane, by words alone."""
    from scipy.sparse import csr_array

    return Rows(None, csr_array(np.stack([np.cos(angles), np.sin(angles)], axis=1)))


def test_an_asking_is_answered_when_its_last_word_was_an_answer() -> None:
    found = searched("gift", outcome=Outcome.ANSWERED, opened=(READ,), minute=1)
    before, after = searched("gift wrap"), searched("gifts", minute=2)
    assert (asking(before, found).is_answered, asking(found, after).is_answered) == (True, False)


def test_what_was_read_without_any_search_in_the_end_is_an_answer_found_late() -> None:
    from_menu = searched("gift", opened=(Opened(7, rank=None, seconds=40),))
    assert asking(from_menu).is_answered
    assert asking(from_menu).found_late() == {7}


def test_a_first_result_read_at_once_is_not_found_late_but_a_far_one_is() -> None:
    near = searched("gift", outcome=Outcome.ANSWERED, opened=(READ,))
    far = replace(near, opened=(replace(READ, rank=8),))
    assert (asking(near).found_late(), asking(far).found_late()) == (set(), {7})


def test_words_that_found_it_a_moment_later_count_for_the_question_before() -> None:
    vain = searched("gift wrap")
    found = searched("sop 12", outcome=Outcome.ANSWERED, opened=(READ,), minute=1)
    [[first], [_second]] = followed_up([[asking(vain)], [asking(found)]])
    assert first.found_late() == {7}


def test_words_that_found_something_an_hour_later_do_not() -> None:
    vain = searched("gift wrap")
    found = searched("lamp", outcome=Outcome.ANSWERED, opened=(READ,), minute=20)
    [[first], [_second]] = followed_up([[asking(vain)], [asking(found)]])
    assert first.found_late() == set()


def test_an_article_refused_for_being_another_one_is_not_refused_for_what_it_says() -> None:
    from feedback.models import Reason

    other = Opened(7, rank=1, helpful=False, reason=Reason.NOT_SEARCHED_FOR)
    poor = Opened(8, rank=2, helpful=False, reason=Reason.INCOMPLETE)
    assert asking(searched("gift", opened=(other, poor))).refused() == {8}


def test_wordings_a_moment_apart_are_linked_unless_an_answer_lies_between() -> None:
    first, second = searched("gift"), searched("wrap", minute=1)
    numbers = {(Source.SEARCH, first.id): 0, (Source.SEARCH, second.id): 1}
    assert links_of([first, second], numbers) == Counter({(0, 1): 1})
    assert links_of([replace(first, outcome=Outcome.ANSWERED), second], numbers) == Counter()
    late = replace(second, asked_at=second.asked_at + timedelta(minutes=9))
    assert links_of([first, late], numbers) == Counter()


def test_linked_rows_come_nearer_and_others_stay() -> None:
    rows = plane(0.0, 1.2, 1.5)
    moved, share = drawn_together(rows, {(0, 1): 2})
    assert moved.to(moved)[0, 1] > rows.to(rows)[0, 1]
    assert share == pytest.approx(2 / 3)


def test_a_link_between_things_unlike_moves_nothing() -> None:
    rows = plane(0.0, np.pi / 2)
    moved, share = drawn_together(rows, {(0, 1): 3})
    assert (moved is rows, share) == (True, 0.0)


def test_what_all_texts_of_a_language_share_is_known_from_twenty_on() -> None:
    vectors = np.ones((20, 3), dtype=np.float32)
    assert list(common_of({"en": vectors, "fr": vectors[:19]})) == ["en"]


def test_without_what_a_language_shares_words_alone_say_what_is_near() -> None:
    rows = rows_of(["gift", "gift"], ["en", "en"], np.ones((2, 3), dtype=np.float32), {})
    assert rows.meaning is None
    assert rows.to(rows)[0, 1] == pytest.approx(1, abs=1e-5)


def test_members_of_a_cluster_are_near_each_other_on_average() -> None:
    nearness = np.array([[1.0, 0.9, 0.0], [0.9, 1.0, 0.1], [0.0, 0.1, 1.0]], dtype=np.float32)
    labels = average_linkage(nearness, 0.5)
    assert labels[0] == labels[1] != labels[2]


def test_rows_beyond_those_looked_at_in_pairs_join_the_nearest_group_or_make_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("feedback.gaps.clustering.AT_ONCE", 2)
    rows = plane(0.0, 1.5, 0.1, 1.4, 3.0, 2.9)
    labels = groups(rows, np.asarray([9, 8, 1, 1, 1, 1]), 0.9)
    assert labels[0] == labels[2]
    assert labels[1] == labels[3]
    assert labels[4] == labels[5]
    assert len(set(labels.tolist())) == 3


@given(arrays(np.float32, st.integers(1, 12), elements=st.floats(0, 3, width=32)))
def test_every_row_is_in_a_group(angles: np.ndarray) -> None:  # type: ignore[type-arg]
    labels = groups(plane(*angles.tolist()), np.ones(len(angles), dtype=np.int64), 0.9)
    assert sorted(set(labels.tolist())) == list(range(labels.max() + 1))


ANSWERED = Conduct(1, 20, Counter({1: 20}))
IN_VAIN = Conduct(20, 1, Counter())


def test_near_groups_are_joined_unless_one_is_answered_and_the_other_is_not() -> None:
    rows, labels = plane(0.0, 0.5), np.asarray([0, 1])
    assert join(rows, labels, [IN_VAIN, IN_VAIN], 0.5).tolist() == [0, 0]
    assert join(rows, labels, [ANSWERED, IN_VAIN], 0.5).tolist() == [0, 1]


def test_groups_that_different_articles_answer_are_not_one_subject() -> None:
    assert not is_alike(ANSWERED, replace(ANSWERED, articles=Counter({2: 20})))
    assert is_alike(ANSWERED, ANSWERED)


def test_a_handful_of_visitors_proves_no_difference() -> None:
    assert is_alike(ANSWERED, Conduct(3, 0, Counter()))


def test_what_is_usual_on_a_site_of_nothing_but_gaps_is_not_what_happens_there() -> None:
    assert least_share([(50, 1)] * 20) == pytest.approx(0.4)


def test_the_more_groups_the_more_certain_each_must_be() -> None:
    assert certainty(1) == pytest.approx(Z_95)
    assert certainty(1_000) > certainty(100) > Z_95


def test_visitors_of_one_network_count_three_times_a_day_and_others_always() -> None:
    crowd = [searched("gift", f"v{each}", origin="office") for each in range(9)]
    others = [searched("gift", f"w{each}", origin=f"home {each}") for each in range(4)]
    assert len(visitors_of([*crowd, *others])) == 7


def test_nearness_to_an_article_is_that_of_its_nearest_passage() -> None:
    passages = np.eye(3, dtype=np.float32)
    known = [Known(1, 1, "en", ("one",), passages[:2]), Known(2, 2, "en", ("two",), passages[2:])]
    near = library_of(known).nearness(passages[2:], np.asarray([1]))
    assert near[2] > near[1]


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("Hello! My parcel never came. What now?", "My parcel never came."),
        ("Bonjour,\nma lampe ne s’allume plus", "ma lampe ne s’allume plus"),
        ("Help", "Help"),
    ],
)
def test_the_first_sentence_is_the_first_that_says_something(message: str, sentence: str) -> None:
    assert first_sentence(message) == sentence


@pytest.mark.parametrize("subject", ["Gift wrap?", "Gift wrap!", "Gift wrap…", "Gift wrap."])
def test_a_subject_that_ends_as_a_sentence_gets_no_second_end(subject: str) -> None:
    assert as_sentence(subject) == subject
    assert as_sentence("Gift wrap") == "Gift wrap."
