"""Why a question goes unanswered: pure decisions over counts, each shown beside the diagnosis.

What visitors did speaks first. Text comes in where nobody has done anything that tells: a text is
near when it is about as near to the question as articles of the site are to what they do answer.
"""

from dataclasses import dataclass

from feedback.gaps.facts import Diagnosis, Evidence

OPENED_BY = 0.4  # share of those who saw an article who open it when it looks right
HELPS = 0.5  # share of those who opened an article whom it answers, under which it does not help
FOUND_BY = 0.03  # share of the visitors who got there all the same: that it exists is no chance
MIN_FOUND = 2  # visitors
OWN = 0.5  # share of an article's answers given to this question, for it to be its article
NEAR = 0.8  # nearness from which a text that answers nothing else is the one that was wanted
AFAR = 0.45  # nearness to everything on the site under which a question is not for it
LEAST_ASKED = 0.02  # share of visitors who write to a person of what is a customer's question


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be the one that was wanted."""

    is_other_language: bool  # and has no translation into that of the question
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what became of those who asked it.

    `nearness`: to the nearest of all that the site says, as `Evidence.nearness`.
    """

    visitors: int
    contacts: int
    nearness: float
    candidates: tuple[Candidate, ...]


def diagnose(case: Case) -> tuple[Diagnosis, Evidence]:
    """Return the diagnosis and what it rests on; the first that applies."""
    checks = (
        (Diagnosis.DOES_NOT_HELP, [each for each in case.candidates if _is_no_help(each, case)]),
        (Diagnosis.CANNOT_BE_FOUND, [each for each in case.candidates if _is_hidden(each, case)]),
        (
            Diagnosis.MISSING_TRANSLATION,
            [each for each in case.candidates if _is_foreign(each, case)],
        ),
    )
    for diagnosis, found in checks:
        if found:
            return diagnosis, max(found, key=_weight).evidence
    nearest = max(case.candidates, key=_weight).evidence if case.candidates else Evidence()
    if is_foreign_to_site(case):
        return Diagnosis.NOT_FOR_US, nearest
    return Diagnosis.MISSING_ARTICLE, nearest


def _weight(candidate: Candidate) -> tuple[float, ...]:
    found = candidate.evidence
    return (found.opened + found.answered, found.nearness, -(found.article or 0))


def is_foreign_to_site(case: Case) -> bool:
    """Tell whether a question is far from all that the site is about, and hardly asked of people."""
    return case.nearness < AFAR and case.contacts < max(LEAST_ASKED * case.visitors, 1)


def _is_no_help(candidate: Candidate, case: Case) -> bool:
    """Found and opened by most who saw it, and then of no use."""
    found = candidate.evidence
    bad = found.voted_down + found.escalated
    return (
        found.opened >= max(OPENED_BY * found.shown, 0.2 * case.visitors, MIN_FOUND)
        and found.answered < HELPS * found.opened
        and bad > 0
    )


def _is_hidden(candidate: Candidate, case: Case) -> bool:
    """Right, as those show whom it answered in the end, or as its text says, and not opened."""
    found = candidate.evidence
    if candidate.is_other_language:
        return False
    is_own = found.answered >= OWN * (found.answered + found.answered_others)
    reached = is_own and found.answered >= max(FOUND_BY * case.visitors, MIN_FOUND)
    return reached or (found.nearness >= NEAR and _answers_nothing_else(found, case))


def _is_foreign(candidate: Candidate, case: Case) -> bool:
    found = candidate.evidence
    if not candidate.is_other_language:
        return False
    reached = found.answered >= max(FOUND_BY * case.visitors, MIN_FOUND)
    return (reached or found.nearness >= NEAR) and _answers_nothing_else(found, case)


def _answers_nothing_else(found: Evidence, case: Case) -> bool:
    return found.answered_others <= max(found.answered, 0.1 * case.visitors)
