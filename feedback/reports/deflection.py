"""Deflection as a range: who looked for a person, and did not need one in the end.

Base: visits in which somebody opened the contact form. Each lies in the next: marked a suggestion as
the answer (confirmed), opened one after starting the form (implicit), or just left (upper bound), and
sent no request by any channel before the window closed. Whoever came back within it is deducted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Attempt(NamedTuple):
    """A visit that opened the contact form; moments are seconds since 1970. A tuple, as `facts.Sent`.

    `suggestion_opened_at`: a suggested article, opened after the form was started. `answered_at`: when
    the visitor said that a suggestion or an article was the answer.
    """

    visitor: str
    opened_at: float
    suggestion_opened_at: float | None = None
    answered_at: float | None = None

    def closes_at(self, window: float) -> float:
        """Return when it is known whether a person was needed: the window runs from the last act."""
        last = self.opened_at
        if self.suggestion_opened_at is not None and self.suggestion_opened_at > last:
            last = self.suggestion_opened_at
        if self.answered_at is not None and self.answered_at > last:
            last = self.answered_at
        return last + window


@dataclass(frozen=True, slots=True)
class Deflection:
    """Counts of visits: 0 <= confirmed <= implicit <= upper <= base.

    `base` leaves out `pending`, those whose window is still open. `came_back`: had marked or opened a
    suggestion, and sent a request within the window all the same; deducted.
    """

    base: int = 0
    confirmed: int = 0
    implicit: int = 0
    upper: int = 0
    came_back: int = 0
    pending: int = 0

    @property
    def sent(self) -> int:
        """Return the visits that led to a request within the window."""
        return self.base - self.upper


def deflection(
    attempts: Iterable[Attempt],
    requests: Mapping[str, Sequence[float]],
    *,
    window: float,
    now: float,
) -> Deflection:
    """Return what became of the attempts; `requests` are the moments of each visitor's requests.

    `window` is in seconds. A request counts from the opening of the form up to and including the end of the window.
    """
    base = confirmed = implicit = upper = came_back = pending = 0
    for attempt in attempts:
        closes_at = attempt.closes_at(window)
        if closes_at > now:
            pending += 1
            continue
        base += 1
        is_marked = attempt.answered_at is not None
        has_read = is_marked or attempt.suggestion_opened_at is not None
        moments = requests.get(attempt.visitor)
        if moments and _sent(moments, attempt.opened_at, closes_at):
            came_back += has_read
            continue
        upper += 1
        implicit += has_read
        confirmed += is_marked
    return Deflection(base, confirmed, implicit, upper, came_back, pending)


def _sent(moments: Iterable[float], first: float, last: float) -> bool:
    return any(first <= each <= last for each in moments)
