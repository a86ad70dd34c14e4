"""Claims about telling programs from people by what they do."""

from datetime import datetime, timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.behaviour import Ballot, Deeds, Reading, crowd, is_program, shows_person
from tests.feedback.cast import START, at


def deeds(
    *,
    number: int = 1,
    begins: datetime = START,
    lasts: float = 300,
    asked: list[float] | None = None,
    read: list[tuple[int, float, int]] | None = None,
    voted: list[tuple[int, float, bool]] | None = None,
    requests: int = 0,
) -> Deeds:
    """A visit; moments in seconds from its start."""

    def moment(seconds: float) -> datetime:
        return begins + timedelta(seconds=seconds)

    return Deeds(
        visit_id=number,
        started_at=begins,
        ended_at=moment(lasts),
        asked_at=tuple(moment(each) for each in asked or []),
        readings=tuple(Reading(what, moment(when), long) for what, when, long in read or []),
        ballots=tuple(Ballot(what, moment(when), helpful) for what, when, helpful in voted or []),
        requests=requests,
    )


@pytest.mark.parametrize(
    "visit",
    [
        deeds(asked=[each * 3.5 + each % 3 for each in range(15)]),
        deeds(asked=[60.0 * each for each in range(12)], read=[(1, 5, 60)]),
        deeds(read=[(each, 7 * each + each % 5, 0) for each in range(30)]),
        deeds(voted=[(each, 9 * each + each % 4, True) for each in range(5)]),
        deeds(
            read=[(each, 9 * each + each % 4, 0) for each in range(5)],
            voted=[(each, 9 * each + each % 4 + 1, True) for each in range(5)],
        ),
    ],
    ids=["flood", "clockwork", "pages unread", "votes alone", "votes on loading"],
)
def test_a_program_is_known_by_what_it_does(visit: Deeds) -> None:
    assert is_program(visit)


@pytest.mark.parametrize(
    "visit",
    [
        deeds(asked=[0, 8, 15, 31, 44, 90], read=[(1, 100, 45)]),
        deeds(asked=[each * 2.1 + each % 3 for each in range(60)], read=[(1, 20, 45)]),
        deeds(voted=[(1, 20, False), (2, 90, True)]),
        deeds(read=[(each, 40 * each + each * each % 37, 12) for each in range(40)], lasts=2000),
        deeds(),
    ],
    ids=["a person who searches", "an office", "without scripts", "a long reader", "nothing"],
)
def test_a_person_is_not_taken_for_a_program(visit: Deeds) -> None:
    assert not is_program(visit)


pauses = st.lists(st.floats(5, 600), min_size=0, max_size=14)
"""Between what a person does: never under five seconds."""


@given(pauses, st.lists(st.integers(10, 600), min_size=1, max_size=10))
def test_who_reads_what_they_open_is_a_person_unless_they_keep_time(
    thinking: list[float], reading: list[int]
) -> None:
    moments = list(accumulate(thinking))[:11]
    starts = list(accumulate(reading, initial=0))
    read = [(each, starts[each], long) for each, long in enumerate(reading)]
    assert not is_program(deeds(asked=moments, read=read, lasts=10_000))


@given(st.integers(12, 200), st.floats(0.01, 3600), st.integers(0, 3))
def test_what_keeps_time_is_a_program(steps: int, pause: float, long: int) -> None:
    read = [(each, each * pause, long) for each in range(steps)]
    assert is_program(deeds(read=read, lasts=steps * pause))


@given(st.permutations(range(15)))
def test_the_order_of_the_rows_decides_nothing(order: list[int]) -> None:
    assert is_program(deeds(asked=[order[each] * 3.5 + order[each] % 3 for each in range(15)]))


@given(st.integers(6, 3600))
def test_a_reading_longer_than_the_visit_shows_nobody(seconds: int) -> None:
    assert not shows_person(deeds(read=[(1, 0, seconds)], lasts=0))


def visitors(
    count: int, *, share_reading: float = 0.0, pause: float = 5, first: int = 0
) -> list[Deeds]:
    """Visits of one network; `share_reading` of them read what they open."""
    reading = round(count * share_reading)
    return [
        deeds(
            number=first + each,
            begins=at(each * pause + (each * 7 % 5)),
            asked=[0],
            read=[(1, 10, 40)] if each < reading else [],
        )
        for each in range(count)
    ]


def test_many_names_that_nobody_stands_behind_are_one_program() -> None:
    assert crowd(visitors(40)) == frozenset(range(40))


def test_a_slow_crowd_is_known_by_its_size() -> None:
    assert crowd(visitors(200, pause=400)) == frozenset(range(200))


def test_an_office_whose_browsers_run_no_scripts_is_people() -> None:
    assert crowd(visitors(60, pause=400)) == frozenset()


@given(st.integers(0, 3000), st.floats(0.4, 1))
def test_people_behind_one_address_are_people_however_many(count: int, share: float) -> None:
    assert crowd(visitors(count, share_reading=share)) == frozenset()


def test_of_a_shared_network_only_who_shows_nobody_is_taken() -> None:
    people = visitors(100, share_reading=0.5)
    found = crowd([*people, *visitors(1000, first=1000)])
    assert set(range(1000, 2000)) <= found
    assert not found & {each.visit_id for each in people if each.readings}


@given(st.integers(0, 19))
def test_a_few_are_no_crowd(count: int) -> None:
    assert crowd(visitors(count)) == frozenset()


def chorus(count: int, helpful: bool, first: int = 0) -> list[Deeds]:
    return [
        deeds(
            number=first + each,
            begins=at(each * 300),
            read=[(1, 0, 30)],
            voted=[(1, 35, helpful)],
        )
        for each in range(count)
    ]


def test_many_of_one_network_who_vote_alike_on_one_article_are_one_program() -> None:
    assert len(crowd([*chorus(20, helpful=False), *visitors(30, share_reading=1, first=50)])) == 20


def test_people_who_differ_are_no_chorus() -> None:
    assert crowd([*chorus(20, helpful=False), *chorus(8, helpful=True, first=50)]) == frozenset()
