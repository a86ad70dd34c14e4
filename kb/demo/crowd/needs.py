"""What visitors come for, and which article answers it, if any."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from random import Random

from kb.demo.crowd.calendar import Calendar
from kb.demo.crowd.showing import Known
from kb.demo.plots import (
    HALF_RIGHT,
    OUTAGE,
    OVERLOOKED,
    POWER_CUT,
    RISE,
    TURNED_BAD,
    UNNAMED,
    UNTRANSLATED,
)
from kb.demo.questions import COMPLAINTS, STRAY, UNANSWERED, UNHELPFUL, Topic

UNHELPFUL_WEIGHT = 9.0
WATCHED_WEIGHT = 9.0  # of the articles whose votes tell a story
HEAVIEST = 7.0
PHRASINGS_USED = 3  # of each article's known questions: keeps the searches to run to a few hundred
STRAY_SHARE = 0.004
UNANSWERABLE_SHARE = (0.16, 0.1)  # of needs, on the first day and on the last
HELPFUL, REWRITTEN_BEFORE, UNHELPFUL_HELPS = 0.93, 0.58, 0.22
REWRITTEN = "lamp-not-found-wifi"


@dataclass(frozen=True, slots=True)
class Turn:
    """From `at` on, the article helps `after` instead."""

    at: datetime
    after: float


@dataclass(frozen=True, slots=True)
class Need:
    """What a visitor came for. `article_id` is where they end up, None when nothing answers.

    `helps`: how often that article is the answer. `said`: what those say whom it did not help.
    """

    locale: str
    phrasings: tuple[str, ...]
    weight: float
    article_id: int | None = None
    helps: float = HELPFUL
    turn: Turn | None = None
    said: tuple[tuple[str, str], ...] = ()
    topic: str = ""
    is_rising: bool = False
    since: datetime | None = None
    insider: str = ""

    def helps_at(self, moment: datetime) -> float:
        """Return how often the article is the answer at a moment."""
        if self.turn is not None and moment >= self.turn.at:
            return self.turn.after
        return self.helps


class Needs:
    """Everything that people come for, to choose from."""

    def __init__(
        self,
        articles: Iterable[Known],
        questions: dict[int, tuple[str, ...]],
        rng: Random,
        calendar: Calendar,
    ) -> None:
        self._rng = rng
        known = sorted(articles, key=lambda each: (each.locale, each.translation_id))
        self._answerable = [
            _need_of(each, questions[each.translation_id], rng, calendar)
            for each in known
            if each.key != OVERLOOKED
        ]
        self._answerable += _planted(known)
        self._unanswerable = [
            _of_topic(topic, locale) for locale in ("fr", "en") for topic in UNANSWERED
        ]
        self._outage = _events(OUTAGE, known, "sign-in-outage")
        self._rise = _events(RISE, known, None)

    def choose(self, locale: str, at: datetime, progress: float) -> Need:
        """Return what somebody comes for; `progress` runs from 0 on the first day to 1 on the last."""
        if self._rng.random() < STRAY_SHARE:
            return self._stray(locale)
        first, last = UNANSWERABLE_SHARE
        is_answerable = self._rng.random() >= first + (last - first) * progress
        possible = [
            each
            for each in (self._answerable if is_answerable else self._unanswerable)
            if each.locale == locale and (each.since is None or each.since < at)
        ]
        if not possible:  # nothing was published yet
            return self._stray(locale)
        weights = [
            each.weight * (0.3 + 2.7 * progress**2 if each.is_rising else 1) for each in possible
        ]
        return self._rng.choices(possible, cum_weights=list(accumulate(weights)))[0]

    def of_outage(self, locale: str) -> Need:
        """Return the need of somebody who cannot sign in."""
        return self._outage[locale]

    def of_rise(self, locale: str) -> Need:
        """Return the need of the last hours."""
        return self._rise[locale]

    def _stray(self, locale: str) -> Need:
        return Need(locale, (self._rng.choice(STRAY[locale]),), 1)


def _need_of(article: Known, questions: tuple[str, ...], rng: Random, calendar: Calendar) -> Need:
    """Return the need that an article was written for."""
    weight, helps, turn = min(rng.paretovariate(1.3), HEAVIEST), HELPFUL, None
    said: Sequence[tuple[str, str]] = ()
    if article.key in UNHELPFUL:
        weight, helps = UNHELPFUL_WEIGHT, UNHELPFUL_HELPS
        said = UNHELPFUL[article.key][article.locale]
    elif article.key == TURNED_BAD.key:
        weight, turn = WATCHED_WEIGHT, Turn(calendar.turned_bad, 0.42)
        said = TURNED_BAD.said[article.locale]
    elif article.key == REWRITTEN:
        weight, helps = WATCHED_WEIGHT, REWRITTEN_BEFORE
        turn, said = Turn(calendar.rewritten, HELPFUL), COMPLAINTS[article.locale]
    elif article.key == HALF_RIGHT.key:
        weight = WATCHED_WEIGHT
    # People ask about power cuts whether or not there is an article.
    is_old_question = article.key == POWER_CUT
    return Need(
        locale=article.locale,
        phrasings=questions[: 4 if is_old_question else PHRASINGS_USED],
        weight=WATCHED_WEIGHT if is_old_question else weight,
        article_id=article.article_id,
        helps=helps,
        turn=turn,
        said=tuple(said),
        topic=article.key if is_old_question else "",
        since=None if is_old_question else article.public_since,
    )


def _of_topic(topic: Topic, locale: str) -> Need:
    return Need(
        locale, topic.phrasings(locale), topic.weight, topic=topic.key, is_rising=topic.is_rising
    )


def _planted(known: Iterable[Known]) -> list[Need]:
    """Return the needs that an existing article meets badly: named, worded or written otherwise."""
    by_key = {each.key: each.article_id for each in known}
    needs = []
    for plot in (UNNAMED, UNTRANSLATED, HALF_RIGHT):
        if (article_id := by_key.get(plot.key)) is None:
            continue
        needs += [
            Need(
                locale,
                phrasings,
                plot.weight,
                article_id=article_id,
                helps=plot.helps,
                said=plot.said.get(locale, ()),
                topic=plot.topic,
                insider=plot.insider.get(locale, ""),
            )
            for locale, phrasings in plot.asked.items()
        ]
    return needs


def _events(
    asked: Mapping[str, tuple[str, ...]], known: Iterable[Known], key: str | None
) -> dict[str, Need]:
    article_id = next((each.article_id for each in known if each.key == key), None)
    topic = "outage" if key else "rise"
    return {
        locale: Need(locale, phrasings, 1, article_id=article_id, topic=topic)
        for locale, phrasings in asked.items()
    }
