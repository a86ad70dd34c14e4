"""Who asked for something, in however many words, and whether they left with an answer.

An asking is one visit of one visitor to one subject: all searches that mean the same, and the request
that may have followed. It is answered when its last word was an answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta

from feedback.gaps.facts import Expressed, Opened, Source
from feedback.models import Reason
from feedback.outcomes import Outcome

SOON = timedelta(minutes=3)  # between two wordings of the same question
FAR_DOWN = 4  # rank from which a result is seen by few


@dataclass(slots=True)
class Asking:
    """What a visitor said about one subject in one visit, in its order; and what became of it."""

    visitor: str
    said: list[Expressed] = field(default_factory=list)
    is_answered: bool = False
    answered_after: frozenset[int] = frozenset()
    """Articles that gave the answer to something else that was asked a moment later."""

    @property
    def searches(self) -> list[Expressed]:
        """Return the searches, in their order."""
        return [each for each in self.said if each.source is Source.SEARCH]

    @property
    def is_escalated(self) -> bool:
        """Tell whether a person was asked in the end."""
        return any(
            each.source is Source.REQUEST or each.outcome is Outcome.ESCALATED for each in self.said
        )

    @property
    def opened(self) -> list[Opened]:
        """Return every article that was opened."""
        return [opened for each in self.said for opened in each.opened]

    @property
    def is_weak(self) -> bool:
        """Tell whether no search gave a sure result."""
        return all(each.weak for each in self.searches)

    def unanswered(self) -> list[Expressed]:
        """Return what was said in vain."""
        if self.is_answered:
            return []
        return [each for each in self.said if each.outcome is not Outcome.ANSWERED]

    def answering(self) -> set[int]:
        """Return the articles that gave the answer, where there was one."""
        if not self.is_answered:
            return set()
        return {each.translation_id for each in self.opened if each.is_helpful}

    def found_late(self) -> set[int]:
        """Return the articles that gave an answer in the end, but not as a first search should."""
        late = {
            each.translation_id
            for each in self.opened
            if each.is_helpful and (each.rank is None or each.rank >= FAR_DOWN)
        }
        asked_again = len(self.searches) > 1
        return set(self.answered_after) | {
            each for each in self.answering() if asked_again or each in late
        }

    def refused(self) -> set[int]:
        """Return the articles that were voted down for what they say."""
        return {
            each.translation_id
            for each in self.opened
            if each.helpful is False and each.reason is not Reason.NOT_SEARCHED_FOR
        }


def answered_chains(said: Iterable[Expressed]) -> set[int]:
    """Return the chains of rewordings in which an answer was found."""
    return {
        each.chain for each in said if each.outcome is Outcome.ANSWERED and each.chain is not None
    }


def askings_of(said: Iterable[Expressed], answered: Set[int]) -> list[Asking]:
    """Return the askings in what was said about one subject; `answered`: chains with an answer."""
    visits: dict[tuple[str, object], list[Expressed]] = defaultdict(list)
    for each in said:
        apart = (each.source, each.id) if each.visit is None else each.visit
        visits[each.visitor, apart].append(each)
    return [_asking(visitor, some, answered) for (visitor, _visit), some in visits.items()]


def _asking(visitor: str, said: Sequence[Expressed], answered: Set[int]) -> Asking:
    ordered = sorted(said, key=lambda each: (each.asked_at, each.source, each.id))
    asking = Asking(visitor, ordered)
    spoken = [each for each in ordered if each.source is not Source.COMMENT]
    last = spoken[-1] if spoken else None
    asking.is_answered = last is not None and (
        last.outcome is Outcome.ANSWERED
        or (last.source is Source.SEARCH and last.chain in answered)
        or _came_another_way(last)
    )
    return asking


def _came_another_way(last: Expressed) -> bool:
    """Tell whether an article that no search led to was read in the end."""
    return last.outcome is not Outcome.ESCALATED and any(
        each.is_helpful and each.rank is None for each in last.opened
    )


def followed_up(groups: Sequence[Sequence[Asking]]) -> list[tuple[Asking, ...]]:
    """Return the askings of all groups, each with the answers found a moment later in its visit.

    Somebody who asks in vain, then uses words that nothing connects with the first, and finds: shows
    that the article was there, and under which words.
    """
    visits: dict[object, list[Asking]] = defaultdict(list)
    for group in groups:
        for each in group:
            if each.is_answered and each.said[0].visit is not None:
                visits[each.said[0].visit].append(each)
    return [
        tuple(
            replace(each, answered_after=_after(each, visits[each.said[0].visit]))
            if not each.is_answered and each.said[0].visit in visits
            else each
            for each in group
        )
        for group in groups
    ]


def _after(asking: Asking, others: Iterable[Asking]) -> frozenset[int]:
    ended = asking.said[-1].asked_at
    return frozenset(
        article
        for other in others
        if timedelta() <= other.said[0].asked_at - ended <= SOON
        for article in other.answering()
    )
