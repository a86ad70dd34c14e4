"""Who is asked how it went, and what they say."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from feedback.surveys.models import After, Survey
from kb.demo.crowd.drafts import Row
from kb.demo.crowd.people import Visitor
from kb.demo.crowd.showing import Known
from kb.demo.crowd.stay import Stay, World
from kb.demo.letters import CSAT_SAID, NPS_SAID

PAUSE = timedelta(days=90)
NPS_ASKED = 0.07  # of visitors whom an article helped, whether or not they said so
ANSWERS = {After.ARTICLE: 0.3, After.DEFLECTED: 0.38, After.REQUEST: 0.27}
ANSWERS_NPS = 0.22
COMMENTS = 0.35
STARS = (1, 2, 3, 4, 5)
STARS_AFTER = {
    After.ARTICLE: (4, 5, 10, 34, 47),
    After.DEFLECTED: (3, 4, 9, 36, 48),
    After.REQUEST: (9, 10, 14, 31, 36),
}
NPS_WEIGHTS = (2, 1, 2, 3, 3, 6, 8, 15, 22, 20, 18)  # of 0 to 10


def ask_after(stay: Stay, after: After, article: Known, survey: Survey = Survey.CSAT) -> None:
    """Show one survey at the end of a visit."""
    shown = _show(stay.world, survey, after, stay.visitor, stay.clock)
    if shown is not None:
        shown["visit"] = stay.place
        shown["translation_id"] = article.translation_id
        shown["origin"] = stay.visitor.origin_on(stay.clock)


def ask_about(world: World, place: int, request: Row, visitor: Visitor) -> None:
    """Ask by e-mail how a resolved request went."""
    asked_at = request["resolved_at"] + timedelta(minutes=20)
    if asked_at < world.end:
        shown = _show(world, Survey.CSAT, After.REQUEST, visitor, asked_at, delay=(20, 2_000))
        if shown is not None:
            shown["request"] = place


def _show(
    world: World,
    survey: Survey,
    after: After,
    visitor: Visitor,
    at: datetime,
    *,
    delay: tuple[int, int] = (0, 1),
) -> Row | None:
    """Write that a survey was shown, and perhaps answered; None if they were asked lately."""
    last = world.surveyed.get((visitor.id, survey.value))
    if last is not None and at - last < PAUSE:
        return None
    world.surveyed[visitor.id, survey.value] = at
    row: Row = {
        "survey": survey,
        "after": after,
        "visitor": visitor.id,
        "origin": "",
        "visit": None,
        "locale": visitor.locale,
        "translation_id": None,
        "request": None,
        "asked_at": at,
        "answered_at": None,
        "score": None,
        "comment": "",
        "simulated": True,
    }
    chance = ANSWERS_NPS if survey is Survey.NPS else ANSWERS[after]
    answered_at = at + timedelta(
        minutes=world.rng.randint(*delay), seconds=world.rng.randint(5, 50)
    )
    if world.rng.random() < chance and answered_at < world.end:
        row["answered_at"] = answered_at
        row["score"] = _score(world.rng, survey, after)
        row["comment"] = world.once(
            _comment(world.rng, survey, visitor.locale, row["score"]), answered_at
        )
    world.drafts.surveys.append(row)
    return row


def _score(rng: Random, survey: Survey, after: After) -> int:
    if survey is Survey.NPS:
        return rng.choices(range(11), NPS_WEIGHTS)[0]
    return rng.choices(STARS, STARS_AFTER[after])[0]


def _comment(rng: Random, survey: Survey, locale: str, score: int) -> str:
    said: Mapping[str, Sequence[tuple[int, int, str]]]
    said = NPS_SAID if survey is Survey.NPS else CSAT_SAID
    fitting = [text for low, high, text in said[locale] if low <= score <= high]
    return rng.choice(fitting) if fitting and rng.random() < COMMENTS else ""
