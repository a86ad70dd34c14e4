"""Claims about visitors counted once each."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.audience import (
    Presence,
    attendance,
    counts_by_day,
    counts_by_subject,
    distinct,
    packed,
    packed_counts,
    visitors_by_group,
)

presences = st.builds(Presence, st.integers(1, 6), st.integers(0, 9), st.integers(0, 12))
days = st.lists(st.lists(presences, max_size=12), max_size=6)
subjects = st.sets(st.integers(1, 20), max_size=8)


@given(days)
def test_visitors_of_many_days_count_once(some: list[list[Presence]]) -> None:
    expected = {each.visitor for day in some for each in day}
    assert distinct(packed(day)[0] for day in some) == len(expected)


@given(days, subjects)
def test_a_part_of_the_articles_has_the_visits_and_visitors_that_came_for_it(
    some: list[list[Presence]], wanted: set[int]
) -> None:
    found = attendance((packed(day)[1] for day in some), wanted)
    assert found.visits == tuple(
        len({each.visit for each in day if each.subject in wanted}) for day in some
    )
    expected = {each.visitor for day in some for each in day if each.subject in wanted}
    assert found.visitors == len(expected)


@given(days, st.dictionaries(st.integers(1, 15), st.integers(1, 3), max_size=8))
def test_groups_have_the_visitors_of_their_articles(
    some: list[list[Presence]], groups: dict[int, int]
) -> None:
    found = visitors_by_group([packed(day)[1] for day in some], groups)
    assert found == {
        group: len(
            {each.visitor for day in some for each in day if groups.get(each.subject) == group}
        )
        for group in set(groups.values())
    }


@given(st.lists(presences, max_size=12), st.randoms())
def test_the_order_of_events_leaves_no_trace(some: list[Presence], chance: object) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert packed(shuffled) == packed(some)


counts = st.dictionaries(st.integers(0, 9), st.tuples(st.integers(0, 5), st.integers(0, 5)))


@given(st.lists(counts, max_size=5))
def test_counts_of_articles_add_up_over_days(some: list[dict[int, tuple[int, int]]]) -> None:
    found = counts_by_subject((packed_counts(day, 2) for day in some), 2)
    subjects = {subject for day in some for subject in day}
    assert found == {
        subject: tuple(sum(day.get(subject, (0, 0))[place] for day in some) for place in (0, 1))
        for subject in subjects
    }


@given(st.lists(counts, max_size=5), subjects)
def test_counts_of_days_are_those_of_the_articles_asked_for(
    some: list[dict[int, tuple[int, int]]], wanted: set[int]
) -> None:
    found = counts_by_day([packed_counts(day, 2) for day in some], wanted, 2)
    assert found == [
        tuple(
            sum(of[place] for subject, of in day.items() if subject in wanted) for place in (0, 1)
        )
        for day in some
    ]
