"""Two years of invented visitors, written straight into the tables: seeded, so that runs compare.

What `feedback.settling` would have decided is decided here, with believable shares; nothing else is
left out: intents reworded, articles read from results and from elsewhere, votes, requests, surveys.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from articles.models import Article, Category, CategoryName, Kind, Revision, Stage, Translation
from feedback.contact.models import ContactAttempt
from feedback.models import ArticleRead, BotReason, Channel, SearchIntent, Visit, Vote
from feedback.outcomes import Outcome
from feedback.requests.models import ContactRequest
from feedback.surveys.models import After, Survey, SurveyResponse
from kb.db import Base, db

LOCALES = ("fr", "en")
ARTICLES = 300
CATEGORIES = 12
WORDINGS = 20_000  # asked by more than one; one search in five (UNIQUE) is worded as no other
UNIQUE = 0.2
FRENCH, BOTS, STAFF = 0.6, 0.05, 0.02
VISITS_A_VISITOR = 1.3
RETURNING = 15_000  # of the newest visitors may come back
EVENTS_A_VISIT = (
    3.35  # measured over the whole: visit, searches, readings, votes, contacts, surveys
)
BATCH = 20_000
NIGHT_ENDS = 6  # o’clock
OUTCOMES = {
    Outcome.ANSWERED: 0.6, Outcome.OPENED: 0.12, Outcome.NO_CLICK: 0.1, Outcome.REFORMULATED: 0.06,
    Outcome.WEAK: 0.06, Outcome.NO_RESULT: 0.03, Outcome.ESCALATED: 0.03,
}  # fmt: skip
OPENED = {Outcome.ANSWERED, Outcome.OPENED}
THINGS = ("lamp", "speaker", "order", "invoice", "parcel", "password", "account", "refund", "router",
          "cable", "filter", "battery", "light", "voucher", "address", "delivery")  # fmt: skip
VERBS = (
    "reset",
    "return",
    "change",
    "pair",
    "cancel",
    "find",
    "repair",
    "update",
    "connect",
    "pay",
)


# As foreign keys ask.
IN_ORDER: tuple[type[Base], ...] = (
    Visit, SearchIntent, ArticleRead, Vote, ContactAttempt, ContactRequest, SurveyResponse,
)  # fmt: skip


@dataclass(slots=True)
class Rows:
    """Rows that wait to be written, by table."""

    waiting: dict[type[Base], list[dict[str, Any]]] = field(default_factory=dict)
    written: int = 0

    def add(self, table: type[Base], **values: object) -> None:
        """Put a row with the others of its table."""
        self.waiting.setdefault(table, []).append(values)

    def write(self) -> None:
        """Write them all."""
        for table in (
            Visit,
            SearchIntent,
            ArticleRead,
            Vote,
            ContactAttempt,
            ContactRequest,
            SurveyResponse,
        ):
            rows = self.waiting.pop(table, [])
            if rows:
                db.session.execute(insert(table), rows)
                self.written += len(rows)
        db.session.commit()


def write_articles(chance: random.Random, until: datetime) -> dict[str, list[int]]:
    """Write the articles, half a year to three years old; return the translations of each language."""
    for number in range(1, CATEGORIES + 1):
        db.session.add(
            Category(
                id=number,
                key=f"category-{number}",
                parent_id=None if number <= CATEGORIES // 2 else number - CATEGORIES // 2,
                names=[
                    CategoryName(locale=each, name=f"Category {number}", slug=f"category-{number}")
                    for each in LOCALES
                ],
            )
        )
    db.session.commit()
    kinds, stages = list(Kind), [*Stage, None]
    articles, translations, revisions = [], [], []
    for number in range(1, ARTICLES + 1):
        at = until - timedelta(days=chance.randrange(180, 1_100))
        articles.append(
            {
                "id": number,
                "key": f"article-{number}",
                "kind": kinds[min(chance.randrange(6), 3)] if number % 60 else Kind.KNOWN_ISSUE,
                "stage": chance.choice(stages),
                "category_id": chance.randrange(1, CATEGORIES + 1),
                "created_at": at,
            }
        )
        for place, locale in enumerate(LOCALES):
            one = 2 * number - 1 + place
            title = f"{chance.choice(VERBS).capitalize()} a {chance.choice(THINGS)} ({number})"
            words = {"id": one, "title": title, "created_at": at}
            place_of = {"article_id": number, "locale": locale, "slug": f"article-{number}"}
            translations.append({**words, **place_of, "published_at": at, "updated_at": at})
            revisions.append({**words, "translation_id": one, "number": 1, "body": f"{title}."})
    db.session.execute(insert(Article), articles)
    db.session.execute(insert(Translation), translations)
    db.session.execute(insert(Revision), revisions)
    db.session.execute(update(Translation).values(public_revision_id=Translation.id))
    db.session.commit()
    return {
        locale: list(db.session.scalars(select(Translation.id).where(Translation.locale == locale)))
        for locale in LOCALES
    }


@dataclass(frozen=True, slots=True)
class Here:
    """A visit, as what happens in it needs it."""

    id: int
    visitor: str
    locale: str
    is_bot: bool
    is_staff: bool


@dataclass(slots=True)
class Crowd:
    """Who visits, and what they do; `ids` counts the rows of each table."""

    chance: random.Random
    articles: Mapping[str, list[int]]
    rows: Rows = field(default_factory=Rows)
    ids: dict[str, int] = field(default_factory=dict)
    seen: list[tuple[str, int]] = field(default_factory=list)
    voted: set[tuple[str, int]] = field(default_factory=set)

    def next_id(self, name: str) -> int:
        """Return the next number of a table."""
        self.ids[name] = self.ids.get(name, 0) + 1
        return self.ids[name]

    def visitor(self) -> tuple[str, int]:
        """Return who comes, with the number of the visit: somebody new, or one of the last weeks."""
        if self.seen and self.chance.random() > 1 / VISITS_A_VISITOR:
            place = self.chance.randrange(max(len(self.seen) - RETURNING, 0), len(self.seen))
            name, number = self.seen[place]
            self.seen[place] = (name, number + 1)
            return self.seen[place]
        self.seen.append((f"{self.chance.getrandbits(128):032x}", 1))
        return self.seen[-1]

    def wording(self, locale: str) -> tuple[str, int]:
        """Return a question, some far more often than others, and the article that it is about."""
        if self.chance.random() < UNIQUE:
            number = self.chance.randrange(WORDINGS, 10**9)
        else:
            number = int(WORDINGS ** self.chance.random())
        known = self.articles[locale]
        words = f"{VERBS[number % len(VERBS)]} {THINGS[number % len(THINGS)]} {number}"
        return words, known[number * 7 % len(known)]

    def visit(self, at: datetime) -> None:
        """Let somebody come at a moment."""
        chance = self.chance
        visitor, number = self.visitor()
        luck = chance.random()
        here = Here(
            self.next_id("visit"),
            visitor,
            "fr" if chance.random() < FRENCH else "en",
            is_bot=luck < BOTS,
            is_staff=1 - luck < STAFF,
        )
        self.rows.add(
            Visit, id=here.id, visitor=visitor, number=number, locale=here.locale,
            channel=Channel.SITE, started_at=at, last_seen_at=at + timedelta(minutes=6),
            settled_at=at + timedelta(hours=1), origin=visitor[:16], is_bot=here.is_bot,
            bot_reason=BotReason.NAME if here.is_bot else None, is_staff=here.is_staff,
            simulated=True,
        )  # fmt: skip
        before = None
        for turn in range(1 + (chance.random() < 0.25)):
            before = self.search(here, at + timedelta(minutes=turn), before)
        if chance.random() < 0.3:
            self.read(here, chance.choice(self.articles[here.locale]), None, at)
        if chance.random() < 0.05 and not here.is_bot:
            self.contact(here, at + timedelta(minutes=4))

    def search(self, here: Here, at: datetime, before: int | None) -> int:
        """Let the visitor search, open what was found, and perhaps vote."""
        chance = self.chance
        outcome = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        words, article = self.wording(here.locale)
        words = f"{words} please" if before else words
        shown = [article, *chance.sample(self.articles[here.locale], 4)]
        intent = self.next_id("intent")
        self.rows.add(
            SearchIntent, id=intent, visit_id=here.id, query=words, normalised=words,
            locale=here.locale, channel=Channel.SITE, retrieved=len(shown), matched=3,
            confidence=chance.random(), weak=outcome in {Outcome.WEAK, Outcome.NO_RESULT},
            mode="keyword", shown=shown, times=1, reformulation_of_id=before, created_at=at,
            searched_at=at, outcome=outcome, subject_id=article, simulated=True,
        )  # fmt: skip
        if outcome in OPENED:
            self.read(here, article, intent, at)
            if chance.random() < 0.12:
                self.vote(here, article, intent, at)
        return intent

    def read(self, here: Here, article: int, intent: int | None, at: datetime) -> None:
        """Let the visitor open an article."""
        self.rows.add(
            ArticleRead, id=self.next_id("read"), visit_id=here.id, translation_id=article,
            revision_id=article, intent_id=intent, rank=intent and 1 + self.chance.randrange(3),
            opened_at=at, last_opened_at=at, read_seconds=self.chance.randrange(120),
            simulated=True,
        )  # fmt: skip

    def vote(self, here: Here, article: int, intent: int, at: datetime) -> None:
        """Let the visitor vote, once for each article."""
        if (here.visitor, article) in self.voted:
            return
        self.voted.add((here.visitor, article))
        self.rows.add(
            Vote, id=self.next_id("vote"), revision_id=article, translation_id=article,
            visitor=here.visitor, visit_id=here.id, intent_id=intent,
            helpful=self.chance.random() < 0.75, locale=here.locale, voted_at=at, created_at=at,
            version=1, is_bot=here.is_bot, is_staff=here.is_staff, origin=here.visitor[:16],
            comment="", query="", simulated=True,
        )  # fmt: skip

    def contact(self, here: Here, at: datetime) -> None:
        """Let the visitor open the request form, send it or not, and say how satisfied they are."""
        chance = self.chance
        luck = chance.random()
        shown = chance.sample(self.articles[here.locale], 3)
        reads, marks = luck < 0.4, luck < 0.15
        self.rows.add(
            ContactAttempt, id=self.next_id("attempt"), visit_id=here.id, visitor=here.visitor,
            locale=here.locale, channel=Channel.SITE, opened_at=at, started_at=at, suggested=shown,
            opened=shown[:1] if reads else [], first_opened_at=at if reads else None,
            answered_at=at if marks else None, answered_by_id=shown[0] if marks else None,
            subject_id=shown[0], simulated=True,
        )  # fmt: skip
        if luck > 0.5:
            self.request(here, shown[0], at)
        if luck < 0.3:
            self.survey(here, shown[0], at, Survey.CSAT if luck < 0.2 else Survey.NPS)

    def request(self, here: Here, article: int, at: datetime) -> None:
        """Let the visitor send a request, answered within hours and mostly resolved."""
        request = self.next_id("request")
        wait = timedelta(hours=self.chance.lognormvariate(2, 1))
        self.rows.add(
            ContactRequest, id=request, reference=f"R{request}", visit_id=here.id,
            visitor=here.visitor, channel=Channel.SITE, locale=here.locale, subject="Help",
            message="Please help.", email="", subject_id=article, created_at=at,
            answered_at=at + wait, resolved_at=at + 2 * wait if self.chance.random() < 0.95 else None,
            origin="", is_bot=False, is_staff=False, simulated=True,
        )  # fmt: skip

    def survey(self, here: Here, article: int, at: datetime, survey: Survey) -> None:
        """Ask the visitor how satisfied they are; two in five say so."""
        chance = self.chance
        score = chance.choice((2, 4, 4, 5, 5)) if survey is Survey.CSAT else chance.randrange(5, 11)
        says = chance.random() < 0.4
        self.rows.add(
            SurveyResponse, id=self.next_id("survey"), survey=survey, after=After.DEFLECTED,
            visitor=here.visitor, visit_id=here.id, locale=here.locale, translation_id=article,
            asked_at=at, answered_at=at if says else None, score=score if says else None,
            origin="", comment="", is_bot=False, is_staff=False, simulated=True,
        )  # fmt: skip


def moments(
    chance: random.Random, visits: int, since: datetime, until: datetime
) -> Iterator[datetime]:
    """Yield when visits begin, in order: more of them each year, few at night."""
    length = (until - since).total_seconds()
    drawn = sorted(chance.random() ** 0.85 * length for _ in range(visits))
    for each in drawn:
        at = since + timedelta(seconds=each)
        yield at if at.hour >= NIGHT_ENDS else at + timedelta(hours=NIGHT_ENDS + 1)


def write_events(events: int, since: datetime, until: datetime, *, seed: int) -> int:
    """Write about so many events between two moments; return how many it were."""
    chance = random.Random(seed)
    crowd = Crowd(chance, write_articles(chance, until))
    for number, at in enumerate(moments(chance, int(events / EVENTS_A_VISIT), since, until), 1):
        if at < until:
            crowd.visit(at)
        if number % BATCH == 0:
            crowd.rows.write()
    crowd.rows.write()
    return crowd.rows.written
