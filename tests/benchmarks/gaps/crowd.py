"""Visitors of a site with planted gaps, played through the very verbs that record real ones.

Each follows a story that depends on what the search really shows them: nobody opens an article that
is not there. They mistype, ask again in other words, give up, come by the menu, vote, write to a
person. Among them are strays with questions of another world, robots that say so and robots that
do not.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from limits import parse

from articles.models import Translation
from feedback.intents import clean, normalise
from feedback.models import Reason, Visit
from feedback.recording import record_read, record_search, shown_by
from feedback.requests.models import ContactRequest
from feedback.visitors import Visitor
from feedback.voting import record_details, record_vote
from kb.db import db
from search.analysis import analyzer
from search.engine import SearchEngine
from search.evaluation.misspelling import misspell
from tests.benchmarks.gaps.planting import Fate, Topic, World

DAYS = 28
START = datetime(2026, 9, 1, tzinfo=UTC)
VISITS_OF_A_TOPIC = 40  # on average
STRAYS = 0.08  # share of visits
ROBOTS = 0.04
SECOND_TOPIC = 0.08  # share of visits that go on to something else
TYPOS = 0.25  # slips a question
TERSE = 0.15  # share of questions typed as bare words
LIMIT = parse("1000 per hour")
NO = (Reason.NOT_SOLVED, Reason.INCOMPLETE, Reason.OUTDATED_OR_WRONG, Reason.HARD_TO_FOLLOW)
COMMENTS = {
    "en": ("It does not say what to do then.", "I followed every step, still the same.",
           "This is out of date.", "Too complicated."),
    "fr": ("Cela ne dit pas quoi faire ensuite.", "J’ai tout suivi, rien n’a changé.",
           "Ce n’est plus à jour.", "Trop compliqué."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manners:
    """How probable it is, for those who ask about a topic of one fate, that they …

    `open`: open the topic's article when they see it among the first. `stray`: open another one.
    `content`: are content after reading it. `again`: ask again in other words when not content.
    `write`: write to a person in the end when not content. `find`: get there another way.
    """

    open: float
    stray: float
    content: float
    again: float
    write: float
    find: float = 0.0


MANNERS = {
    Fate.ANSWERED: Manners(open=0.85, stray=0.1, content=0.9, again=0.45, write=0.03),
    Fate.MISSING_ARTICLE: Manners(open=0, stray=0.3, content=0, again=0.45, write=0.2),
    Fate.MISSING_TRANSLATION: Manners(open=0.15, stray=0.2, content=0.4, again=0.45, write=0.2),
    Fate.CANNOT_BE_FOUND: Manners(
        open=0.12, stray=0.2, content=0.85, again=0.5, write=0.2, find=0.12
    ),
    Fate.DOES_NOT_HELP: Manners(open=0.85, stray=0.1, content=0.15, again=0.35, write=0.3),
}


@dataclass(slots=True)
class Played:
    """What was played: topic of each intent and request that was made about one."""

    intents: dict[int, str] = field(default_factory=dict)
    requests: dict[int, str] = field(default_factory=dict)
    visits: Counter[str] = field(default_factory=Counter)
    until: datetime = START


class Crowd:
    """Plays one visit after the other; seeded."""

    def __init__(
        self,
        app: Flask,
        world: World,
        translations: Mapping[str, Translation],
        strays: Sequence[tuple[str, str]],
        seed: int,
    ) -> None:
        self._world = world
        self._article = translations
        self._by_id = {each.id: each for each in translations.values()}
        self._strays = strays
        self._chance = random.Random(f"crowd {seed}")
        self._engine: SearchEngine = app.extensions["kb_search"]
        self._at = START
        self._who = Visitor("")
        self.played = Played()

    def play(
        self, visits: int, progress: Callable[[int, int], None] = lambda _d, _t: None
    ) -> Played:
        """Let so many visitors come, over four weeks."""
        topics = list(self._world.topics)
        self._chance.shuffle(topics)
        weights = [1 / (rank + 4) ** 0.5 for rank in range(len(topics))]
        for number in range(visits):
            self._arrive(number, visits)
            kind = self._chance.random()
            if kind < ROBOTS:
                self._robot(number)
            elif kind < ROBOTS + STRAYS:
                self._stray()
            else:
                self._honest(self._chance.choices(topics, weights)[0])
                if self._happens(SECOND_TOPIC):
                    self._honest(self._chance.choices(topics, weights)[0])
            progress(number + 1, visits)
        self.played.until = START + timedelta(days=DAYS + 1)
        return self.played

    def _arrive(self, number: int, visits: int) -> None:
        self._at = START + timedelta(days=DAYS) * (number / visits)
        self._who = Visitor(f"{number:032x}", origin=f"{number:032x}")

    def _happens(self, probability: float) -> bool:
        return self._chance.random() < probability

    def _wait(self, least: float, most: float) -> None:
        self._at += timedelta(seconds=self._chance.uniform(least, most))

    # One after the other

    def _honest(self, topic: Topic) -> None:
        self.played.visits[topic.id] += 1
        manners = MANNERS[topic.fate]
        queries = list(topic.queries)
        self._chance.shuffle(queries)
        for query in queries[:3]:
            if self._try(topic, self._typed(query, topic.locale), manners):
                return
            if not self._happens(manners.again):
                break
            self._wait(8, 50)
        if self._happens(manners.find) and self._finds_another_way(topic, queries[0]):
            return
        if self._happens(manners.write):
            self._write(topic)

    def _typed(self, query: str, locale: str) -> str:
        if self._happens(TERSE):
            kept = set(analyzer(locale).asked_terms(query))
            words = [w for w in query.split() if set(analyzer(locale).terms(w)) & kept]
            query = " ".join(words) or query
        return misspell(query, locale, slips=TYPOS, key=str(self._chance.random())).text

    def _try(self, topic: Topic, query: str, manners: Manners) -> bool:
        """Search once and look at what comes; True if that is all the visitor wanted."""
        shown = self._search(query, topic.locale, topic.id)
        own = self._article.get(topic.id)
        place = shown.index(own.id) if own is not None and own.id in shown else None
        self._wait(2, 8)
        if (
            own is not None
            and place is not None
            and self._sees(place)
            and self._happens(manners.open)
        ):
            return self._reads(topic, own, query, place + 1, content=self._happens(manners.content))
        others = [each for each in shown[:4] if own is None or each != own.id]
        if others and self._happens(manners.stray):
            other = self._chance.choice(others)
            self._reads_the_wrong_one(other, query, shown.index(other) + 1)
        return False

    def _sees(self, place: int) -> bool:
        return self._happens(1.0 if place < 3 else 0.5 if place < 6 else 0.2)

    def _reads(
        self, topic: Topic, article: Translation, query: str, rank: int | None, *, content: bool
    ) -> bool:
        seconds = round(self._chance.uniform(20, 120) if content else self._chance.uniform(6, 50))
        record_read(self._who, article, query=query, rank=rank, at=self._at)
        self._at += timedelta(seconds=seconds)
        record_read(self._who, article, query=query, rank=rank, seconds=seconds, at=self._at)
        if content:
            if self._happens(0.12):
                self._vote(article, query, helpful=self._happens(0.93))
            return True
        if self._happens(0.45):
            self._vote(article, query, helpful=False)
        return False

    def _reads_the_wrong_one(self, number: int, query: str, rank: int) -> None:
        article = self._by_id[number]
        seconds = round(self._chance.choice((3, 4, 6, 7, 8, 14)))
        record_read(self._who, article, query=query, rank=rank, at=self._at)
        self._at += timedelta(seconds=seconds)
        record_read(self._who, article, query=query, rank=rank, seconds=seconds, at=self._at)
        if self._happens(0.1):
            self._vote(article, query, helpful=False, reason=Reason.NOT_SEARCHED_FOR)

    def _finds_another_way(self, topic: Topic, query: str) -> bool:
        """Get there by its inner name that a colleague has told, or through the menu."""
        own = self._article[topic.id]
        self._wait(10, 50)
        if self._happens(0.5):
            shown = self._search(topic.insider, topic.locale, topic.id)
            rank = shown.index(own.id) + 1 if own.id in shown else None
            query = topic.insider
        else:
            rank, query = None, ""
        self._wait(2, 8)
        return self._reads(topic, own, query, rank, content=True)

    def _search(self, query: str, locale: str, topic: str | None) -> list[int]:
        results = self._engine.search(query, locale=locale)
        shown = shown_by(results)
        intent = record_search(self._who, query=query, locale=locale, shown=shown, at=self._at)
        if intent is not None and topic is not None:
            self.played.intents[intent] = topic
        return list(shown.translation_ids)

    def _vote(
        self, article: Translation, query: str, *, helpful: bool, reason: Reason | None = None
    ) -> None:
        receipt = record_vote(
            self._who, article, helpful=helpful, query=query, limit=LIMIT, at=self._at
        )
        if helpful or not self._happens(0.6):
            return
        reason = reason or self._chance.choice(NO)
        said = self._happens(0.3) and reason is not Reason.NOT_SEARCHED_FOR
        comment = self._chance.choice(COMMENTS[article.locale]) if said else ""
        record_details(self._who, receipt.vote_id, receipt.version, reason=reason, comment=comment)

    def _write(self, topic: Topic) -> None:
        self._wait(5, 40)
        visit = (
            db.session.query(Visit)
            .filter_by(visitor=self._who.id)
            .order_by(Visit.number.desc())
            .first()
        )
        query = self._chance.choice(topic.queries)
        request = ContactRequest(
            reference=f"R{len(self.played.requests)}",
            visit_id=visit.id if visit else None,
            visitor=self._who.id,
            origin=self._who.id,
            locale=topic.locale,
            subject=" ".join(query.split()[:8]),
            message=self._chance.choice(topic.queries),
            created_at=self._at,
        )
        db.session.add(request)
        db.session.commit()
        self.played.requests[request.id] = topic.id

    # Who is no customer

    def _stray(self) -> None:
        for _ in range(self._chance.choice((1, 1, 1, 2))):
            locale, text = self._chance.choice(self._strays)
            self._search(text, locale, None)
            self._wait(20, 90)

    def _robot(self, number: int) -> None:
        """Half of them name themselves; the others hammer one question without ever reading."""
        if self._happens(0.5):
            self._who = Visitor(self._who.id, origin=self._who.id, is_bot=True)
            for _ in range(5):
                topic = self._chance.choice(self._world.topics)
                self._search(self._chance.choice(topic.queries), topic.locale, None)
                self._wait(1, 2)
            return
        for turn in range(12):
            self._who = Visitor(f"b{number:015x}{turn:016x}", origin="one machine")
            self._search(f"buy cheap watches {turn % 4}", "en", None)
            self._wait(0.5, 1)


def strays(path: Path) -> list[tuple[str, str]]:
    """Return (locale, text) of questions that have nothing to do with the site."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [(row["lang"], row["text"]) for row in rows if normalise(clean(row["text"]))]
