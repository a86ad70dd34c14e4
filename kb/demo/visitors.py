"""Sixty days of believable visitors for the demo, marked as simulated in every row.

Each visitor comes with a need: mostly one that an article answers, sometimes one that none does. They
search in words of their own, see what the real engine shows for them, and open, read, ask again, vote
or leave. Outcomes are not invented: they are settled from what the visitors did, like everybody's.
"""

import random
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session, joinedload

from articles.models import Translation
from articles.queries import published
from feedback.intents import normalise
from feedback.models import ArticleRead, Channel, Reason, SearchIntent, Visit, Vote
from feedback.outcomes import READ_SECONDS
from feedback.recording import SILENCE, Shown, shown_by
from feedback.settling import settle
from kb.db import db, utc_now
from kb.demo.questions import COMPLAINTS, STRAY, THANKS, UNANSWERED, UNHELPFUL
from search.analysis import analyzer
from search.results import Hit, Mode, Results

Search = Callable[[str, str], Results]
"""(query, locale) -> what the engine shows"""

SEED = 20260921
VISITS_A_DAY = 78
WEEKDAYS = (1.2, 1.05, 1.0, 1.0, 0.9, 0.85, 1.1)  # Monday first
HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 6, 7, 7, 6, 7, 7, 6, 6, 6, 7, 9, 11, 11, 9, 6, 3)  # of UTC
FRENCH_SHARE = 0.64
UNANSWERABLE_SHARE = 0.17
STRAY_SHARE = 0.012
UNHELPFUL_WEIGHT = 20.0
DIRECT_SHARE = 0.16  # come from a link or an outside search engine, straight to an article
BOT_SHARE, STAFF_SHARE, RETURNING_SHARE = 0.05, 0.015, 0.16
PHRASINGS_USED = 3  # of each article's known questions: keeps the searches to run to a few hundred
RETURN_AFTER = timedelta(hours=3)
FORGET_AFTER = timedelta(days=20)  # visitor ids rotate


@dataclass(frozen=True, slots=True)
class Need:
    """What a visitor came for. `article_id` answers it, None when nothing does."""

    locale: str
    phrasings: tuple[str, ...]
    weight: float
    article_id: int | None = None
    unhelpful_key: str | None = None
    is_rising: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Simulated:
    """How much was written."""

    visits: int
    intents: int
    reads: int
    votes: int
    searches: int  # made by the engine: equal questions are asked once


@dataclass(frozen=True, slots=True)
class _Article:
    """A public translation, as a visitor meets it."""

    translation_id: int
    revision_id: int
    article_id: int
    locale: str


@dataclass(slots=True)
class _Drafts:
    """Rows in the making; `visit` and `intent` are places in the lists, turned into ids when written."""

    visits: list[dict[str, Any]] = field(default_factory=list)
    intents: list[dict[str, Any]] = field(default_factory=list)
    reads: list[dict[str, Any]] = field(default_factory=list)
    votes: list[dict[str, Any]] = field(default_factory=list)


def simulate(
    days: int = 60,
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
        random.Random(seed),  # noqa: S311  (a simulation must be repeatable, not secret)
        translations,
        search or plain_search(translations),
    )
    for day in range(days):
        crowd.live(moment - timedelta(days=days - day), progress=day / max(days - 1, 1), end=moment)
        if advance:
            advance(day + 1, days)
    _write(crowd.drafts)
    settle(moment)
    drafts = crowd.drafts
    return Simulated(
        visits=len(drafts.visits),
        intents=len(drafts.intents),
        reads=len(drafts.reads),
        votes=len(drafts.votes),
        searches=len(crowd.known_results),
    )


def _public_translations() -> list[Translation]:
    return list(
        db.session.scalars(
            published()
            .options(joinedload(Translation.public_revision))
            .order_by(Translation.locale, Translation.slug)
        )
    )


def needs_of(translations: Iterable[Translation], rng: random.Random) -> list[Need]:
    """Return every need, those that the articles answer and those that nothing does."""
    needs = []
    for each in translations:
        revision = each.public_revision
        questions = tuple((revision.answers if revision else []) or [each.title])
        is_unhelpful = each.article.key in UNHELPFUL
        needs.append(
            Need(
                locale=each.locale,
                phrasings=questions[:PHRASINGS_USED],
                weight=UNHELPFUL_WEIGHT if is_unhelpful else rng.paretovariate(1.3),
                article_id=each.article_id,
                unhelpful_key=each.article.key if is_unhelpful else None,
                since=each.published_at,
            )
        )
    for locale in ("fr", "en"):
        needs += [
            Need(locale, topic.phrasings(locale), topic.weight, is_rising=topic.is_rising)
            for topic in UNANSWERED
        ]
    return needs


class _Crowd:
    """All the visitors, one random number after the other."""

    def __init__(
        self, rng: random.Random, translations: Sequence[Translation], search: Search
    ) -> None:
        self.drafts = _Drafts()
        self.known_results: dict[tuple[str, str], Results] = {}
        self._rng = rng
        self._search = search
        self._articles = {
            each.id: _Article(each.id, each.public_revision_id, each.article_id, each.locale)
            for each in translations
            if each.public_revision_id is not None
        }
        self._needs = needs_of(translations, rng)
        self._last_seen: dict[str, datetime] = {}
        self._visits_of: dict[str, int] = {}
        self._locale_of: dict[str, str] = {}
        self._has_voted: set[tuple[str, int]] = set()

    def live(self, day: datetime, *, progress: float, end: datetime) -> None:
        """Let one day's visitors come; `progress` runs from 0 on the first day to 1 on the last."""
        start = day.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        expected = VISITS_A_DAY * WEEKDAYS[start.weekday()] * (0.85 + 0.3 * progress)
        moments = sorted(self._moment(start) for _ in range(round(self._rng.gauss(expected, 6))))
        for moment in moments:
            # Every visit must be over when the report is made.
            if moment < end - 2 * SILENCE:
                self._visit(moment, progress)

    def _moment(self, midnight: datetime) -> datetime:
        hour = self._rng.choices(range(24), HOURS)[0]
        return midnight + timedelta(hours=hour, seconds=self._rng.randrange(3600))

    def _visit(self, at: datetime, progress: float) -> None:
        rng = self._rng
        visitor, locale = self._visitor(at)
        is_bot = rng.random() < BOT_SHARE
        visit = _Visit(self, visitor, locale, at, is_bot=is_bot)
        if not is_bot and rng.random() < DIRECT_SHARE:
            visit.come_from_outside()
        else:
            for _ in range(rng.choices((1, 2, 3), (76, 19, 5))[0]):
                visit.pursue(self._need(locale, at, progress))
        self._last_seen[visitor] = visit.close()

    def _visitor(self, at: datetime) -> tuple[str, str]:
        """Return somebody new, or somebody who was here before."""
        rng = self._rng
        if self._last_seen and rng.random() < RETURNING_SHARE:
            visitor = rng.choice(list(self._last_seen)[-800:])
            if RETURN_AFTER < at - self._last_seen[visitor] < FORGET_AFTER:
                return visitor, self._locale_of[visitor]
        visitor = f"{rng.getrandbits(128):032x}"
        self._locale_of[visitor] = "fr" if rng.random() < FRENCH_SHARE else "en"
        return visitor, self._locale_of[visitor]

    def _need(self, locale: str, at: datetime, progress: float) -> Need:
        rng = self._rng
        if rng.random() < STRAY_SHARE:
            return Need(locale, (rng.choice(STRAY[locale]),), 1)
        is_answerable = rng.random() >= UNANSWERABLE_SHARE
        possible = [
            each
            for each in self._needs
            if each.locale == locale
            and (each.article_id is not None) == is_answerable
            and (each.since is None or each.since < at)
        ]
        if not possible:  # nothing was published yet
            return Need(locale, (rng.choice(STRAY[locale]),), 1)
        weights = [
            each.weight * (0.3 + 2.7 * progress**2 if each.is_rising else 1) for each in possible
        ]
        return rng.choices(possible, cum_weights=list(accumulate(weights)))[0]

    def results(self, query: str, locale: str) -> Results:
        """Ask the engine, once for each question."""
        key = (query, locale)
        if key not in self.known_results:
            self.known_results[key] = self._search(query, locale)
        return self.known_results[key]

    def number_of_visit(self, visitor: str) -> int:
        """Return the number of this visitor's next visit."""
        self._visits_of[visitor] = self._visits_of.get(visitor, 0) + 1
        return self._visits_of[visitor]

    def may_vote(self, visitor: str, revision_id: int) -> bool:
        """Tell whether this is the visitor's first vote on a revision, and remember it."""
        if (visitor, revision_id) in self._has_voted:
            return False
        self._has_voted.add((visitor, revision_id))
        return True

    @property
    def rng(self) -> random.Random:
        """The one source of chance."""
        return self._rng

    @property
    def articles(self) -> dict[int, _Article]:
        """The public translations by id."""
        return self._articles


class _Visit:
    """One visitor at work."""

    def __init__(
        self, crowd: _Crowd, visitor: str, locale: str, at: datetime, *, is_bot: bool
    ) -> None:
        self._crowd, self._rng, self._drafts = crowd, crowd.rng, crowd.drafts
        self._visitor, self._locale, self._clock = visitor, locale, at
        self._is_bot = is_bot
        self._is_staff = not is_bot and crowd.rng.random() < STAFF_SHARE
        self._place = len(self._drafts.visits)
        self._intents: dict[str, int] = {}
        self._row = {
            "visitor": visitor,
            "number": crowd.number_of_visit(visitor),
            "locale": locale,
            "channel": Channel.SITE,
            "started_at": at,
            "is_bot": is_bot,
            "is_staff": self._is_staff,
            "simulated": True,
        }
        self._drafts.visits.append(self._row)

    def close(self) -> datetime:
        """End the visit and return when it was last seen."""
        self._row["last_seen_at"] = self._clock
        return self._clock

    def come_from_outside(self) -> None:
        """Read one article without having searched here."""
        own = [each for each in self._crowd.articles.values() if each.locale == self._locale]
        if own:
            article = self._rng.choice(own)
            self._read(article, None, seconds=self._reading_time(), rank=None)
            self._maybe_vote(article, None, helpful=self._rng.random() < 0.85, chance=0.05)

    def pursue(self, need: Need) -> None:
        """Search for a need, at most three times in other words, until it is answered or given up."""
        before = None
        attempts = self._rng.sample(need.phrasings, k=min(3, len(need.phrasings)))
        for phrasing in attempts:
            # Only the best-known wording is mistyped, so that the searches to run stay few.
            query = self._typed(phrasing) if phrasing == need.phrasings[0] else phrasing
            intent, results = self._ask(query, before)
            if self._is_bot or self._is_satisfied(need, intent, results):
                return
            if self._rng.random() > 0.34:
                return
            before = intent
            self._pass(8, 40)

    def _typed(self, phrasing: str) -> str:
        """Return a question as typed: most often as it is, else hurried or mistyped."""
        kind = self._rng.choices(("as is", "hurried", "mistyped"), (64, 22, 14))[0]
        if kind == "hurried":
            return without_accents(phrasing.lower()).rstrip(" ?")
        return mistyped(phrasing) if kind == "mistyped" else phrasing

    def _ask(self, query: str, before: int | None) -> tuple[int, Results]:
        """Search; the same question again in a visit is the same intent."""
        results = self._crowd.results(query, self._locale)
        normalised = normalise(query)
        if normalised in self._intents:
            intent = self._intents[normalised]
            self._drafts.intents[intent]["searched_at"] = self._clock
            self._drafts.intents[intent]["times"] += 1
            return intent, results
        shown: Shown = shown_by(results)
        self._intents[normalised] = len(self._drafts.intents)
        self._drafts.intents.append(
            {
                "visit": self._place,
                "before": before,
                "query": query,
                "normalised": normalised,
                "locale": self._locale,
                "channel": Channel.SITE,
                "retrieved": shown.retrieved,
                "matched": shown.matched,
                "confidence": shown.confidence,
                "weak": shown.weak,
                "mode": str(shown.mode),
                "shown": list(shown.translation_ids),
                "times": 1,
                "created_at": self._clock,
                "searched_at": self._clock,
                "simulated": True,
            }
        )
        return self._intents[normalised], results

    def _is_satisfied(self, need: Need, intent: int, results: Results) -> bool:
        """Look through the results, open what seems right, and tell whether the need was met."""
        shown = [
            (rank, self._crowd.articles[int(hit.document_id)])
            for rank, hit in enumerate(results.hits[:6], 1)
            if int(hit.document_id) in self._crowd.articles
        ]
        right = [each for each in shown if each[1].article_id == need.article_id]
        self._pass(3, 12)
        if right:
            rank, article = right[0]
            # People look at the first results, less and less at the others.
            if self._rng.random() < (0.97, 0.9, 0.8, 0.7, 0.55, 0.4)[rank - 1]:
                return self._try(need, article, intent, rank)
        elif shown and self._rng.random() < (0.12 if results.weak else 0.3):
            self._be_disappointed(intent, *shown[0])
        return False

    def _try(self, need: Need, article: _Article, intent: int, rank: int) -> bool:
        """Read the article that should answer; some of them do not."""
        if need.unhelpful_key is not None:
            helps = self._rng.random() < 0.22
            self._read(article, intent, seconds=self._reading_time(), rank=rank)
            self._maybe_vote(
                article,
                intent,
                helpful=helps,
                chance=0.45,
                words=None if helps else UNHELPFUL[need.unhelpful_key][article.locale],
            )
            return helps or self._rng.random() < 0.6
        helps = self._rng.random() < 0.93
        self._read(article, intent, seconds=self._reading_time() if helps else 6, rank=rank)
        self._maybe_vote(article, intent, helpful=helps, chance=0.15 if helps else 0.3)
        return helps

    def _be_disappointed(self, intent: int, rank: int, article: _Article) -> None:
        """Open an article that has nothing to do with the need."""
        self._read(article, intent, seconds=self._rng.randint(2, READ_SECONDS - 2), rank=rank)
        no_match = ((Reason.NOT_SEARCHED_FOR.value, ""),)
        self._maybe_vote(article, intent, helpful=False, chance=0.08, words=no_match)

    def _reading_time(self) -> int:
        return min(round(self._rng.lognormvariate(4.0, 0.6)) + READ_SECONDS, 900)

    def _read(
        self, article: _Article, intent: int | None, *, seconds: int, rank: int | None
    ) -> None:
        self._drafts.reads.append(
            {
                "visit": self._place,
                "intent": intent,
                "translation_id": article.translation_id,
                "revision_id": article.revision_id,
                "rank": rank,
                "opened_at": self._clock,
                "last_opened_at": self._clock,
                "read_seconds": seconds,
                "simulated": True,
            }
        )
        self._clock += timedelta(seconds=seconds)

    def _maybe_vote(
        self,
        article: _Article,
        intent: int | None,
        *,
        helpful: bool,
        chance: float,
        words: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        rng = self._rng
        if rng.random() >= chance or not self._crowd.may_vote(self._visitor, article.revision_id):
            return
        said = words or (THANKS if helpful else COMPLAINTS)[article.locale]
        reason, comment = rng.choice(said) if rng.random() < 0.5 else ("", "")
        self._pass(2, 20)
        self._drafts.votes.append(
            {
                "visit": self._place,
                "intent": intent,
                "translation_id": article.translation_id,
                "revision_id": article.revision_id,
                "visitor": self._visitor,
                "helpful": helpful,
                "reason": Reason(reason) if reason else None,
                "comment": comment,
                "query": "" if intent is None else self._drafts.intents[intent]["query"],
                "locale": article.locale,
                "voted_at": self._clock,
                "created_at": self._clock,
                "version": 2 if reason else 1,
                "is_bot": self._is_bot,
                "is_staff": self._is_staff,
                "simulated": True,
            }
        )

    def _pass(self, least: int, most: int) -> None:
        self._clock += timedelta(seconds=self._rng.randint(least, most))


def without_accents(text: str) -> str:
    """Return text as typed in a hurry."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def mistyped(text: str) -> str:
    """Return text with two letters exchanged in its longest word, always the same two."""
    word = max(text.split(), key=len)
    if len(word) < 5:
        return text
    middle = len(word) // 2
    wrong = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return text.replace(word, wrong, 1)


def plain_search(translations: Iterable[Translation]) -> Search:
    """Return a search by words shared with titles and known questions, for want of the engine."""
    names = []
    for each in translations:
        revision = each.public_revision
        texts = [each.title, *(revision.answers if revision else [])]
        names.append((each, [set(analyzer(each.locale).terms(text)) for text in texts]))

    def found(query: str, locale: str) -> Results:
        asked = set(analyzer(locale).terms(query))
        scored = [
            (max(len(asked & name) / len(asked | name) for name in of_article), each)
            for each, of_article in names
            if each.locale == locale and asked
        ]
        best = sorted((each for each in scored if each[0] > 0), key=lambda each: -each[0])[:10]
        confidence = best[0][0] if best else 0.0
        hits = tuple(_plain_hit(score, each) for score, each in best)
        return Results(
            query=query,
            hits=hits,
            total=len(hits),
            mode=Mode.KEYWORD,
            confidence=confidence,
            weak=confidence < 0.5,
        )

    return found


def _plain_hit(score: float, translation: Translation) -> Hit:
    return Hit(
        document_id=str(translation.id),
        locale=translation.locale,
        title=translation.title,
        score=score,
        anchor="",
        path=(),
        snippet="",
        keyword_score=score,
        semantic_score=0.0,
        is_other_locale=False,
    )


def _write(drafts: _Drafts) -> None:
    """Insert everything in one transaction, in bulk."""
    with Session(db.engine) as session, session.begin():
        visits = _insert(session, Visit, drafts.visits)
        before = [row.pop("before") for row in drafts.intents]
        intents = _insert(session, SearchIntent, [_placed(row, visits) for row in drafts.intents])
        links = [
            {"id": intents[place], "reformulation_of_id": intents[earlier]}
            for place, earlier in enumerate(before)
            if earlier is not None
        ]
        if links:
            session.execute(update(SearchIntent), links)
        for model, rows in ((ArticleRead, drafts.reads), (Vote, drafts.votes)):
            if rows:
                session.execute(insert(model), [_placed(row, visits, intents) for row in rows])


def _insert(
    session: Session, model: type[Visit | SearchIntent], rows: Sequence[dict[str, Any]]
) -> list[int]:
    """Insert rows and return their ids in the same order."""
    if not rows:
        return []
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, rows))


def _placed(
    row: dict[str, Any], visits: Sequence[int], intents: Sequence[int] = ()
) -> dict[str, Any]:
    """Return a row with ids in the place of places."""
    placed = {**row, "visit_id": visits[row["visit"]]}
    del placed["visit"]
    if "intent" in placed:
        place = placed.pop("intent")
        placed["intent_id"] = None if place is None else intents[place]
    return placed
