"""One visitor at work: searching, opening, reading, voting."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from feedback.intents import normalise
from feedback.models import BotReason, Channel, Reason
from feedback.outcomes import READ_SECONDS
from feedback.recording import shown_by
from kb.demo.crowd.drafts import Drafts, Row
from kb.demo.crowd.needs import Need
from kb.demo.crowd.people import People, Visitor
from kb.demo.crowd.showing import Known, Shop
from kb.demo.crowd.wording import typed
from kb.demo.plots import OVERLOOKED
from kb.demo.questions import COMPLAINTS, THANKS
from search.results import Results

# People look at the first results, less and less at the others.
LOOKED_AT = (0.97, 0.9, 0.8, 0.7, 0.55, 0.4)
OPENS_FOREIGN = 0.3  # of those who see that the answer is in another language
ASKS_AGAIN = 0.34
KNOWS_ITS_NAME = 0.2  # of those who did not find what experts call otherwise
SAME_COMMENT_AFTER = timedelta(days=18)
BROWSES = 0.08  # of those who did not find, but know the catalogue well enough


@dataclass(slots=True)
class World:
    """What all visitors share: chance, the site, the people, and what is written down."""

    rng: Random
    shop: Shop
    people: People
    drafts: Drafts
    has_voted: set[tuple[str, int]]
    surveyed: dict[tuple[str, str], datetime]
    end: datetime
    said: dict[str, datetime] = field(default_factory=dict)

    def once(self, comment: str, at: datetime) -> str:
        """Return a comment, or nothing where the very same was written lately."""
        if comment in self.said and at - self.said[comment] < SAME_COMMENT_AFTER:
            return ""
        self.said[comment] = at
        return comment


class Stay:
    """A visit. `met`: the articles that helped; `unmet`: the needs that stayed open."""

    def __init__(
        self,
        world: World,
        visitor: Visitor,
        at: datetime,
        *,
        bot_reason: BotReason | None = None,
        is_staff: bool = False,
    ) -> None:
        self.world, self.visitor, self.clock = world, visitor, at
        self.bot_reason, self.is_staff = bot_reason, is_staff
        self.place = len(world.drafts.visits)
        self.met: list[Known] = []
        self.unmet: list[Need] = []
        self.thanked: Known | None = None
        self._intents: dict[str, int] = {}
        visitor.visits += 1
        self._row: Row = {
            "visitor": visitor.id,
            "number": visitor.visits,
            "locale": visitor.locale,
            "channel": Channel.SITE,
            "started_at": at,
            "origin": visitor.origin_on(at),
            "is_bot": bot_reason is not None,
            "bot_reason": bot_reason,
            "is_staff": is_staff,
            "simulated": True,
        }
        world.drafts.visits.append(self._row)

    def close(self) -> None:
        """End the visit."""
        self._row["last_seen_at"] = self.clock
        self.visitor.last_seen = self.clock

    def come_from_outside(self) -> None:
        """Read one article without having searched here."""
        own = [
            each
            for each in self.world.shop.articles.values()
            if each.locale == self.visitor.locale
            and each.public_since <= self.clock
            and each.key != OVERLOOKED
        ]
        if own:
            article = self.world.rng.choice(own)
            self.read(article, None, seconds=self.reading_time(), rank=None)
            self._maybe_vote(article, None, helpful=self.world.rng.random() < 0.85, chance=0.05)

    def pursue(self, need: Need) -> None:
        """Search for a need, at most three times in other words, until it is answered or given up."""
        before = None
        rng = self.world.rng
        for phrasing in rng.sample(need.phrasings, k=min(3, len(need.phrasings))):
            # Only the best-known wording is mistyped, so that the searches to run stay few.
            query = typed(phrasing, rng) if phrasing == need.phrasings[0] else phrasing
            intent, results = self.ask(query, before)
            if self._is_satisfied(need, intent, results):
                return
            if rng.random() > ASKS_AGAIN:
                break
            before = intent
            self.spend(8, 40)
        if need.insider and rng.random() < KNOWS_ITS_NAME:
            self._name_it(need)
        elif need.insider and rng.random() < BROWSES:
            self._browse_to(need)
        elif need not in self.unmet:
            self.unmet.append(need)

    def ask(self, query: str, before: int | None = None) -> tuple[int, Results]:
        """Search; the same question again in a visit is the same intent."""
        results = self.world.shop.results(query, self.visitor.locale, self.clock)
        normalised = normalise(query)
        intents = self.world.drafts.intents
        if normalised in self._intents:
            intent = self._intents[normalised]
            intents[intent]["searched_at"] = self.clock
            intents[intent]["times"] += 1
            return intent, results
        self._intents[normalised] = len(intents)
        shown = shown_by(results)
        intents.append(
            {
                "visit": self.place,
                "before": before,
                "query": query,
                "normalised": normalised,
                "locale": self.visitor.locale,
                "channel": Channel.SITE,
                "retrieved": shown.retrieved,
                "matched": shown.matched,
                "confidence": shown.confidence,
                "weak": shown.weak,
                "mode": str(shown.mode),
                "shown": list(shown.translation_ids),
                "times": 1,
                "created_at": self.clock,
                "searched_at": self.clock,
                "simulated": True,
            }
        )
        return self._intents[normalised], results

    def _is_satisfied(self, need: Need, intent: int, results: Results) -> bool:
        """Look through the results, open what seems right, and tell whether the need was met."""
        rng = self.world.rng
        known = self.world.shop.articles
        shown = [
            (rank, known[int(hit.document_id)]) for rank, hit in enumerate(results.hits[:6], 1)
        ]
        right = [each for each in shown if each[1].article_id == need.article_id]
        self.spend(3, 12)
        if right:
            rank, article = right[0]
            chance = LOOKED_AT[rank - 1]
            if article.locale != self.visitor.locale:
                chance *= OPENS_FOREIGN
            if rng.random() < chance:
                return self._try(need, article, intent, rank)
        elif (
            shown
            and shown[0][1].key != OVERLOOKED
            and rng.random() < (0.12 if results.weak else 0.3)
        ):
            self._be_disappointed(intent, *shown[0])
        return False

    def _try(self, need: Need, article: Known, intent: int, rank: int) -> bool:
        """Read the article that should answer; some of them do not."""
        rng = self.world.rng
        helps = rng.random() < need.helps_at(self.clock)
        # Half of those whom it fails read it to the end before they know.
        is_read = helps or (bool(need.said) and rng.random() < 0.5)
        self.read(article, intent, seconds=self.reading_time() if is_read else 6, rank=rank)
        said = need.said if not helps and need.said else None
        often = 0.45 if need.said else 0.22
        self._maybe_vote(article, intent, helpful=helps, chance=0.2 if helps else often, words=said)
        if helps:
            self.met.append(article)
        return helps

    def _name_it(self, need: Need) -> None:
        """Search again by the name that experts use, having read it somewhere."""
        self.spend(15, 50)
        intent, results = self.ask(need.insider)
        if not self._is_satisfied(need, intent, results):
            self.unmet.append(need)

    def _browse_to(self, need: Need) -> None:
        """Find through the categories what the search did not show."""
        for each in self.world.shop.articles.values():
            if each.article_id == need.article_id and each.locale == self.visitor.locale:
                self.spend(20, 70)
                self.read(each, None, seconds=self.reading_time(), rank=None)
                self._maybe_vote(each, None, helpful=True, chance=0.25)
                self.met.append(each)

    def _be_disappointed(self, intent: int, rank: int, article: Known) -> None:
        """Open an article that has nothing to do with the need."""
        seconds = self.world.rng.randint(2, READ_SECONDS - 2)
        self.read(article, intent, seconds=seconds, rank=rank)
        no_match = ((Reason.NOT_SEARCHED_FOR.value, ""),)
        self._maybe_vote(article, intent, helpful=False, chance=0.08, words=no_match)

    def reading_time(self) -> int:
        """Return how long somebody reads, in seconds."""
        return min(round(self.world.rng.lognormvariate(4.0, 0.6)) + READ_SECONDS, 900)

    def read(self, article: Known, intent: int | None, *, seconds: int, rank: int | None) -> None:
        """Open an article and read it for a while."""
        self.world.drafts.reads.append(
            {
                "visit": self.place,
                "intent": intent,
                "translation_id": article.translation_id,
                "revision_id": article.revision_at(self.clock),
                "rank": rank,
                "opened_at": self.clock,
                "last_opened_at": self.clock,
                "read_seconds": seconds,
                "simulated": True,
            }
        )
        self.clock += timedelta(seconds=seconds)

    def _maybe_vote(
        self,
        article: Known,
        intent: int | None,
        *,
        helpful: bool,
        chance: float,
        words: Sequence[tuple[str, str]] | None = None,
    ) -> None:
        rng = self.world.rng
        ballot = (self.visitor.id, article.revision_at(self.clock))
        if rng.random() >= chance or ballot in self.world.has_voted:
            return
        said = words or (THANKS if helpful else COMPLAINTS)[article.locale]
        reason, comment = rng.choice(said) if rng.random() < 0.5 else ("", "")
        comment = self.world.once(comment, self.clock)
        self.spend(2, 20)
        self.vote(article, intent, helpful=helpful, reason=reason, comment=comment)
        if helpful:
            self.thanked = article

    def vote(
        self,
        article: Known,
        intent: int | None,
        *,
        helpful: bool,
        reason: str = "",
        comment: str = "",
    ) -> None:
        """Say whether an article helped."""
        query = "" if intent is None else self.world.drafts.intents[intent]["query"]
        self.world.has_voted.add((self.visitor.id, article.revision_at(self.clock)))
        self.world.drafts.votes.append(
            {
                "visit": self.place,
                "intent": intent,
                "translation_id": article.translation_id,
                "revision_id": article.revision_at(self.clock),
                "visitor": self.visitor.id,
                "origin": self._row["origin"],
                "helpful": helpful,
                "reason": Reason(reason) if reason else None,
                "comment": comment,
                "query": query,
                "locale": article.locale,
                "voted_at": self.clock,
                "created_at": self.clock,
                "version": 2 if reason else 1,
                "is_bot": self.bot_reason is not None,
                "is_staff": self.is_staff,
                "simulated": True,
            }
        )

    def spend(self, least: int, most: int) -> None:
        """Let some seconds pass."""
        self.clock += timedelta(seconds=self.world.rng.randint(least, most))
