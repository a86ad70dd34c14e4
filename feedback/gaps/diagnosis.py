"""Why a question goes unanswered: pure decisions over counts, each shown beside the diagnosis.

What visitors did speaks first. Text comes in where nobody has done anything that tells: a text is
near when it is about as near to the question as articles of the site are to what they do answer.
"""

from dataclasses import dataclass

from feedback.gaps.facts import Diagnosis, Evidence

OPENED_BY = 0.4  # share of those who saw an article who open it when it looks right
OPENED_OF_ALL = 0.2  # share of all who asked, under which few have tried it
REFUSED_BY = 0.3  # share of those who opened an article who vote it down or turn to a person
RIGHT = 0.5  # share of those who opened it whom it must answer to be the one that was wanted
TRIED = 3  # visitors who opened it, from which that share says something
FOUND_BY = 0.03  # share of the visitors who got there all the same: that it exists is no chance
MIN_FOUND = 2  # visitors
NEAR = 0.85  # nearness from which a text that answers nothing else is the one that was wanted
NEAR_ABROAD = 0.25  # the same across languages, where all is further away: needs a claim as well
OTHERS = 2  # answers to other questions for each to this one: these may be parts of the same
ELSEWHERE = 0.1  # answers to other questions, as a share of the visitors, that are a chance

# Log-odds that a question is for the site, fitted on the groups of simulated visits to five sites.
OURS_BIAS = -2.0
OURS_NEARNESS = 5.0
OURS_WEAK = -3.0  # share of visitors who saw no sure result
OURS_CONTACTS = 8.0  # share who turned to a person: who asks a bank about the weather does not
OURS_OPENED = 3.0  # share who opened anything


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be the one that was wanted."""

    is_other_language: bool  # and has no translation into that of the question
    is_claimed: bool  # no other question on the site is much nearer to it
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what became of those who asked it.

    `visitors`, `contacts`: without an answer. `askings`: of everybody, of these `weak` without a sure
    result and `opened` with an article opened. `nearness`: to the nearest of all that the site says,
    as `Evidence.nearness`.
    """

    visitors: int
    contacts: int
    askings: int
    weak: int
    opened: int
    nearness: float
    candidates: tuple[Candidate, ...]


def diagnose(case: Case) -> tuple[Diagnosis, Evidence]:
    """Return the diagnosis and what it rests on; the first that applies."""
    seen = case.candidates
    if found := [each for each in seen if _is_no_help(each, case)]:
        return Diagnosis.DOES_NOT_HELP, max(found, key=_weight).evidence
    if found := [each for each in seen if _is_found_late(each, case)]:
        return Diagnosis.CANNOT_BE_FOUND, max(found, key=_weight).evidence
    nearest = max(seen, key=_weight).evidence if seen else Evidence()
    if is_foreign_to_site(case):
        return Diagnosis.NOT_FOR_US, nearest
    if found := [each for each in seen if _is_meant(each, case)]:
        best = max(found, key=_meant)
        abroad = Diagnosis.MISSING_TRANSLATION
        return abroad if best.is_other_language else Diagnosis.CANNOT_BE_FOUND, best.evidence
    return Diagnosis.MISSING_ARTICLE, nearest


def _weight(candidate: Candidate) -> tuple[float, ...]:
    found = candidate.evidence
    return (found.opened + found.answered, found.nearness, -(found.article or 0))


def is_foreign_to_site(case: Case) -> bool:
    """Tell whether a question has nothing to do with what the site is about."""
    odds = (
        OURS_BIAS
        + OURS_NEARNESS * case.nearness
        + OURS_WEAK * case.weak / max(case.askings, 1)
        + OURS_CONTACTS * case.contacts / max(case.visitors, 1)
        + OURS_OPENED * case.opened / max(case.askings, 1)
    )
    return odds < 0


def _is_no_help(candidate: Candidate, case: Case) -> bool:
    """Found and opened by most who saw it, and then of no use."""
    found = candidate.evidence
    least = max(OPENED_BY * found.shown, OPENED_OF_ALL * case.visitors, MIN_FOUND)
    return found.opened >= least and found.voted_down + found.escalated >= REFUSED_BY * found.opened


def _is_found_late(candidate: Candidate, case: Case) -> bool:
    """Right, as those show who got there in the end, and hard to find."""
    found = candidate.evidence
    return (
        not candidate.is_other_language
        and _is_reached(found, case)
        and found.found_late > found.answered - found.found_late
    )


def _is_meant(candidate: Candidate, case: Case) -> bool:
    """Right, as its text says, nothing that visitors did speaking against it."""
    found = candidate.evidence
    if found.answered_others > max(found.answered, ELSEWHERE * case.visitors):
        return False
    if candidate.is_other_language:
        is_near = found.nearness >= NEAR_ABROAD and candidate.is_claimed
        return is_near or _is_reached(found, case)
    return (
        found.nearness >= NEAR
        and found.opened < OPENED_BY * max(found.shown, 1)
        and _is_right(found)
    )


def _is_right(found: Evidence) -> bool:
    """Tell whether those who opened it do not say that it was another article that they wanted."""
    return found.opened < TRIED or found.answered >= RIGHT * found.opened


def _meant(candidate: Candidate) -> float:
    """Return how near a text is, 1 being enough."""
    return candidate.evidence.nearness / (NEAR_ABROAD if candidate.is_other_language else NEAR)


def _is_reached(found: Evidence, case: Case) -> bool:
    """Tell whether enough got their answer here to exclude chance, and not mostly others."""
    return (
        found.found_late >= max(FOUND_BY * case.visitors, MIN_FOUND)
        and found.answered_others <= OTHERS * found.answered
        and _is_right(found)
    )
