"""The crowd, day by day, one random number after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from articles.models import Revision, Translation
from articles.queries import published
from feedback.recording import SILENCE
from feedback.settling import settle
from feedback.surveys.models import After, Survey
from kb.db import db, utc_now
from kb.demo.crowd import asking, robots, surveying
from kb.demo.crowd.calendar import Calendar
from kb.demo.crowd.drafts import Drafts
from kb.demo.crowd.needs import Need, Needs
from kb.demo.crowd.people import People, Visitor
from kb.demo.crowd.showing import Known, Search, Shop, plain_search
from kb.demo.crowd.stay import Stay, World

SEED = 20260921
DAYS = 120
VISITS_A_DAY = 110
WEEKDAYS = (1.2, 1.05, 1.0, 1.0, 0.9, 0.85, 1.1)  # Monday first
HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 6, 7, 7, 6, 7, 7, 6, 6, 6, 7, 9, 11, 11, 9, 6, 3)  # of UTC
DIRECT_SHARE = 0.16  # come from a link or an outside search engine, straight to an article
BOT_SHARE, STAFF_SHARE = 0.045, 0.015
SCRAPES_EVERY_DAYS = 9
CROWD_DAYS_AGO = 11
OUTAGE_VISITS, RISE_VISITS = 34, 9
RUSH = 1.7  # how much more come at the beginning of an event


@dataclass(frozen=True, slots=True)
class Simulated:
    """How much was written."""

    visits: int
    intents: int
    reads: int
    votes: int
    requests: int
    surveys: int
    searches: int  # made by the engine: equal questions are asked once


def simulate(
    days: int = DAYS,
    *,
    seed: int = SEED,
    search: Search | None = None,
    now: datetime | None = None,
    advance: Callable[[int, int], None] | None = None,
) -> Simulated:
    """Write `days` of visitors up to `now`, and settle what became of their searches.

    The same content, seed, moment and `search` give the same visitors. Without `search`, a plain
    comparison of words with titles and known questions stands in for the engine. `advance(done, of)`
    is called after each simulated day.
    """
    moment = now or utc_now()
    translations = _public_translations()
    crowd = _Crowd(
        Random(seed),  # noqa: S311  (a simulation must be repeatable, not secret)
        translations,
        search or plain_search(translations),
        moment,
    )
    for day in range(days):
        crowd.live(moment - timedelta(days=days - day), progress=day / max(days - 1, 1))
        if advance:
            advance(day + 1, days)
    crowd.tell_of_events(since=moment - timedelta(days=days))
    crowd.follow_up()
    drafts = crowd.world.drafts
    drafts.write()
    settle(moment)
    return Simulated(
        visits=len(drafts.visits),
        intents=len(drafts.intents),
        reads=len(drafts.reads),
        votes=len(drafts.votes),
        requests=len(drafts.requests),
        surveys=len(drafts.surveys),
        searches=len(crowd.world.shop.known_results),
    )


def _public_translations() -> list[Translation]:
    return list(
        db.session.scalars(
            published()
            .options(joinedload(Translation.public_revision))
            .order_by(Translation.locale, Translation.slug)
        )
    )


def _known(translations: list[Translation]) -> dict[int, Known]:
    """Return the articles as visitors met them; a first revision is as old as its article."""
    revisions: dict[int, list[tuple[datetime, int]]] = {}
    rows = db.session.execute(
        select(Revision.translation_id, Revision.created_at, Revision.id).order_by(Revision.number)
    )
    for translation_id, created_at, revision_id in rows:
        revisions.setdefault(translation_id, []).append((created_at, revision_id))
    return {
        each.id: Known(
            translation_id=each.id,
            article_id=each.article_id,
            key=each.article.key,
            category=each.article.category.key if each.article.category else "",
            locale=each.locale,
            title=each.title,
            public_since=each.published_at,
            revisions=tuple(revisions[each.id]),
        )
        for each in translations
        if each.published_at is not None
    }


class _Crowd:
    """All the visitors."""

    def __init__(
        self, rng: Random, translations: list[Translation], search: Search, end: datetime
    ) -> None:
        known = _known(translations)
        questions = {
            each.id: tuple(
                (each.public_revision.answers if each.public_revision else []) or [each.title]
            )
            for each in translations
        }
        self.world = World(rng, Shop(known, search), People(rng), Drafts(), set(), {}, end)
        self._calendar = Calendar.before(end)
        self._needs = Needs(known.values(), questions, rng, self._calendar)
        self._senders: dict[str, Visitor] = {}
        self._days = 0

    def live(self, day: datetime, *, progress: float) -> None:
        """Let one day's visitors come; `progress` runs from 0 on the first day to 1 on the last."""
        rng, end = self.world.rng, self.world.end
        start = day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        expected = VISITS_A_DAY * WEEKDAYS[start.weekday()] * (0.85 + 0.3 * progress)
        moments = sorted(self._moment(start) for _ in range(round(rng.gauss(expected, 7))))
        self._days += 1
        for moment in moments:
            # Every visit must be over when the report is made.
            if moment < end - 2 * SILENCE:
                self._visit(moment, progress)
        if self._days % SCRAPES_EVERY_DAYS == 0:
            self._scrape(start + timedelta(hours=3))

    def tell_of_events(self, *, since: datetime) -> None:
        """Add the afternoon without sign-in, the rise of the last hours, and the crowd of voters."""
        rng, calendar, end = self.world.rng, self._calendar, self.world.end
        if calendar.outage_from > since:
            for moment in self._between(calendar.outage_from, calendar.outage_until, OUTAGE_VISITS):
                locale = "fr" if rng.random() < 0.7 else "en"
                self._come_with(self._needs.of_outage(locale), moment)
        for moment in self._between(calendar.rise_from, calendar.rise_until, RISE_VISITS):
            locale = "fr" if rng.random() < 0.8 else "en"
            self._come_with(self._needs.of_rise(locale), moment)
        noon = end.replace(hour=12, minute=0, second=0, microsecond=0)
        attacked = noon - timedelta(days=CROWD_DAYS_AGO)
        known = [each for each in self.world.shop.articles.values() if each.key == "alexa"]
        if known and attacked > since:
            robots.vote_as_a_crowd(self.world, attacked, known[0])

    def follow_up(self) -> None:
        """Ask those who wrote how it went, once their request is resolved."""
        for place, request in enumerate(self.world.drafts.requests):
            if request["resolved_at"] is not None:
                visitor = self._senders[request["visitor"]]
                surveying.ask_about(self.world, place, request, visitor)

    def _between(self, first: datetime, last: datetime, visits: int) -> list[datetime]:
        rng = self.world.rng
        return sorted(first + (last - first) * rng.random() ** RUSH for _ in range(visits))

    def _moment(self, midnight: datetime) -> datetime:
        hour = self.world.rng.choices(range(24), HOURS)[0]
        return midnight + timedelta(hours=hour, seconds=self.world.rng.randrange(3600))

    def _visit(self, at: datetime, progress: float) -> None:
        rng = self.world.rng
        visitor = self.world.people.somebody(at)
        if rng.random() < BOT_SHARE:
            need = self._needs.choose(visitor.locale, at, progress)
            robots.crawl(self.world, at, visitor.locale, need.phrasings[0])
            return
        stay = Stay(self.world, visitor, at, is_staff=rng.random() < STAFF_SHARE)
        if rng.random() < DIRECT_SHARE:
            stay.come_from_outside()
        elif rng.random() < asking.ASKS_WITHOUT_SEARCHING:
            self._ask_a_person(stay, self._needs.choose(visitor.locale, at, progress))
        else:
            for _ in range(rng.choices((1, 2, 3), (76, 19, 5))[0]):
                stay.pursue(self._needs.choose(visitor.locale, at, progress))
        self._leave(stay)

    def _come_with(self, need: Need, at: datetime) -> None:
        stay = Stay(self.world, self.world.people.somebody(at, need.locale), at)
        stay.pursue(need)
        self._leave(stay)

    def _leave(self, stay: Stay) -> None:
        """Ask a person where nothing helped, say how it went where something did, and go."""
        rng = self.world.rng
        if stay.unmet and rng.random() < asking.OPENS_THE_FORM:
            self._ask_a_person(stay, stay.unmet[-1])
        elif stay.unmet and rng.random() < asking.ASKS_TO_BE_TOLD:
            asking.ask_to_be_told(stay, stay.unmet[-1])
        elif stay.met and not stay.is_staff and rng.random() < surveying.NPS_ASKED:
            surveying.ask_after(stay, After.ARTICLE, stay.met[-1], Survey.NPS)
        elif stay.thanked and not stay.is_staff:
            surveying.ask_after(stay, After.ARTICLE, stay.thanked)
        stay.close()

    def _ask_a_person(self, stay: Stay, need: Need) -> None:
        if stay.is_staff:
            return
        self._senders[stay.visitor.id] = stay.visitor
        asking.ask_a_person(stay, need)
        if self.world.drafts.attempts[-1]["answered_at"] is not None:
            surveying.ask_after(stay, After.DEFLECTED, stay.met[-1])

    def _scrape(self, at: datetime) -> None:
        known = list(self.world.shop.known_results)
        queries = [query for query, locale in known if locale == "en"]
        robots.scrape(self.world, at, "en", self.world.rng.sample(queries, k=min(45, len(queries))))
