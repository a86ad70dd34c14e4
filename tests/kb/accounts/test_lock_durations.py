"""Claims about how long an account is locked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.accounts.lockout import FIRST_LOCK, LONGEST_LOCK, REFUSALS_BEFORE_LOCK, lock_after


@pytest.fixture(autouse=True)
def _people() -> None:
    """Nobody has to be there for what is calculated."""


@given(st.integers(0, 10_000))
def test_each_tenth_refusal_locks_and_no_other(refusals: int) -> None:
    assert (lock_after(refusals) is not None) == (
        refusals > 0 and refusals % REFUSALS_BEFORE_LOCK == 0
    )


@given(st.integers(1, 1_000))
def test_a_lock_doubles_up_to_a_day(times: int) -> None:
    here, after = (lock_after(REFUSALS_BEFORE_LOCK * each) for each in (times, times + 1))
    assert here is not None
    assert after is not None
    assert FIRST_LOCK <= here <= LONGEST_LOCK
    assert after == min(here * 2, LONGEST_LOCK)
