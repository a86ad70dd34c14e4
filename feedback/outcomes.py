"""What became of a search: pure functions over what a visit holds.

The order is that of the numbers' definition; the first that applies decides. A remainder is needed
that the six outcomes do not name: good results of which one was opened, left within seconds or voted
down. It is `opened`, so that "not clicked" is never said of a search that was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

READ_SECONDS = 10  # shorter stays are glances
REWORDING_WINDOW = timedelta(seconds=60)


class Outcome(StrEnum):
    """What a search led to."""

    ESCALATED = "escalated"
    ANSWERED = "answered"
    NO_RESULT = "no_result"
    WEAK = "weak"
    REFORMULATED = "reformulated"
    NO_CLICK = "no_click"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Opening:
    """A result that was opened. `helpful` is the vote that followed, None where there was none."""

    at: datetime
    read_seconds: int = 0
    helpful: bool | None = None

    @property
    def ended_at(self) -> datetime:
        """Return when the reading ended, as far as is known."""
        return self.at + timedelta(seconds=self.read_seconds)


@dataclass(frozen=True, slots=True)
class Intent:
    """An intent as its visit left it.

    `reworded_at`: the moments of the visit at which the same was asked in other words.
    `is_reformulated`: one of these followed within 60 s without a click between.
    """

    at: datetime
    matched: int
    weak: bool
    openings: tuple[Opening, ...] = ()
    reworded_at: tuple[datetime, ...] = ()
    is_reformulated: bool = False


def is_answered(intent: Intent) -> bool:
    """Tell whether a result was voted helpful, or read for 10 s with no rewording after it.

    A reading that was voted down is no answer, however long it took. A rewording counts against a
    reading when it came within 60 s of its end.
    """
    return any(
        opening.helpful
        or (
            opening.helpful is None
            and opening.read_seconds >= READ_SECONDS
            and not _is_reworded_after(opening, intent.reworded_at)
        )
        for opening in intent.openings
    )


def _is_reworded_after(opening: Opening, moments: Iterable[datetime]) -> bool:
    return any(opening.at < each <= opening.ended_at + REWORDING_WINDOW for each in moments)


def outcomes(intents: Sequence[Intent], contacts: Sequence[datetime] = ()) -> list[Outcome]:
    """Return the outcome of each intent of one closed visit, in their order.

    `contacts` are the moments at which the visitor sent a request to a person.
    """
    answered_at = [intent.at for intent in intents if is_answered(intent)]
    return [
        Outcome.ESCALATED if _is_escalated(intent, contacts, answered_at) else _own_outcome(intent)
        for intent in intents
    ]


def _is_escalated(
    intent: Intent, contacts: Iterable[datetime], answered_at: Iterable[datetime]
) -> bool:
    return any(
        intent.at <= contact and not any(intent.at < other < contact for other in answered_at)
        for contact in contacts
    )


def _own_outcome(intent: Intent) -> Outcome:
    if is_answered(intent):
        return Outcome.ANSWERED
    if intent.weak:
        return Outcome.NO_RESULT if intent.matched == 0 else Outcome.WEAK
    if intent.openings:
        return Outcome.OPENED
    return Outcome.REFORMULATED if intent.is_reformulated else Outcome.NO_CLICK
