"""Claims about deflection: a range that holds whatever visitors do."""

from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.deflection import Attempt, Deflection, deflection

HOUR = 3_600.0
OPENED = 1_793_000_000.0  # seconds since 1970
WINDOW = 72 * HOUR
LATER = OPENED + 30 * 24 * HOUR

hours = st.integers(0, 120).map(lambda number: number * HOUR)
maybe_hours = st.none() | hours


@st.composite
def attempts(draw: st.DrawFn) -> Attempt:
    opened = OPENED + draw(hours)
    read, marked = draw(maybe_hours), draw(maybe_hours)
    return Attempt(
        draw(st.sampled_from("abc")),
        opened,
        None if read is None else opened + read,
        None if marked is None else opened + marked,
    )


requests = st.dictionaries(
    st.sampled_from("abc"), st.lists(hours.map(lambda each: OPENED + each), max_size=3)
)


def of(*some: Attempt, sent: dict[str, list[float]] | None = None) -> Deflection:
    return deflection(some, sent or {}, window=WINDOW, now=LATER)


@given(st.lists(attempts()), requests, hours)
def test_the_range_is_in_order_whatever_happens(
    some: list[Attempt], sent: dict[str, list[float]], now: float
) -> None:
    found = deflection(some, sent, window=WINDOW, now=OPENED + now)
    assert 0 <= found.confirmed <= found.implicit <= found.upper <= found.base
    assert found.base + found.pending == len(some)
    assert found.came_back <= found.sent


@given(st.lists(attempts()), requests)
def test_a_further_request_never_raises_deflection(
    some: list[Attempt], sent: dict[str, list[float]]
) -> None:
    before = deflection(some, sent, window=WINDOW, now=LATER)
    more = {**sent, "a": [*sent.get("a", []), OPENED + 50 * HOUR]}
    after = deflection(some, more, window=WINDOW, now=LATER)
    assert after.base == before.base
    assert (after.confirmed, after.implicit, after.upper) <= (
        before.confirmed,
        before.implicit,
        before.upper,
    )
    assert after.upper <= before.upper


@given(st.lists(attempts()), requests)
def test_time_only_moves_attempts_from_pending_into_the_base(
    some: list[Attempt], sent: dict[str, list[float]]
) -> None:
    early = deflection(some, sent, window=WINDOW, now=OPENED + 100 * HOUR)
    late = deflection(some, sent, window=WINDOW, now=LATER)
    assert late.base >= early.base
    assert late.upper >= early.upper
    assert late.pending == 0


def test_marking_a_suggestion_confirms() -> None:
    found = of(Attempt("a", OPENED, answered_at=OPENED))
    assert (found.confirmed, found.implicit, found.upper, found.base) == (1, 1, 1, 1)


def test_opening_a_suggestion_is_implicit_only() -> None:
    found = of(Attempt("a", OPENED, suggestion_opened_at=OPENED))
    assert (found.confirmed, found.implicit, found.upper) == (0, 1, 1)


def test_leaving_counts_in_the_upper_bound_only() -> None:
    found = of(Attempt("a", OPENED))
    assert (found.confirmed, found.implicit, found.upper) == (0, 0, 1)


def test_who_comes_back_within_the_window_is_deducted() -> None:
    marked = Attempt("a", OPENED, answered_at=OPENED)
    found = of(marked, sent={"a": [OPENED + WINDOW]})
    assert (found.confirmed, found.upper, found.base, found.came_back) == (0, 0, 1, 1)


def test_who_comes_back_after_the_window_is_not_deducted() -> None:
    marked = Attempt("a", OPENED, answered_at=OPENED)
    found = of(marked, sent={"a": [OPENED + WINDOW + 0.001]})
    assert found.confirmed == 1


def test_a_request_from_before_the_form_was_opened_is_another_matter() -> None:
    found = of(Attempt("a", OPENED), sent={"a": [OPENED - 1]})
    assert found.upper == 1


def test_the_request_of_another_visitor_deducts_nothing() -> None:
    assert of(Attempt("a", OPENED), sent={"b": [OPENED]}).upper == 1


def test_an_attempt_is_not_over_before_its_window_has_closed() -> None:
    attempt = Attempt("a", OPENED, answered_at=OPENED + HOUR)
    closes = OPENED + HOUR + WINDOW
    before = deflection([attempt], {}, window=WINDOW, now=closes - 1)
    assert (before.base, before.pending) == (0, 1)
    assert deflection([attempt], {}, window=WINDOW, now=closes).confirmed == 1
