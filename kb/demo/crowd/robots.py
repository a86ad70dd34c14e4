"""Programs among the visitors: those that say so, those that show it, and one network of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from feedback.models import BotReason
from kb.demo.crowd.people import Visitor
from kb.demo.crowd.showing import Known
from kb.demo.crowd.stay import Stay, World

SCRAPER_SEARCHES, SCRAPER_SECONDS = 45, 2
CROWD_VISITORS = 36
CROWD_NETWORK = -1


def crawl(world: World, at: datetime, locale: str, query: str) -> None:
    """Come as a program that gives its name: one search, or a few articles."""
    stay = Stay(world, world.people.somebody(at, locale), at, bot_reason=BotReason.NAME)
    if world.rng.random() < 0.5:
        stay.ask(query)
    else:
        for article in _public(world, at, locale)[:: world.rng.randint(7, 19)]:
            stay.read(article, None, seconds=0, rank=None)
            stay.clock += timedelta(seconds=1)
    stay.close()


def scrape(world: World, at: datetime, locale: str, queries: Sequence[str]) -> None:
    """Come under the name of a browser, and search as evenly as no hand does."""
    stay = Stay(world, world.people.somebody(at, locale), at, bot_reason=BotReason.BEHAVIOUR)
    for query in queries[:SCRAPER_SEARCHES]:
        stay.ask(query)
        stay.clock += timedelta(seconds=SCRAPER_SECONDS)
    stay.close()


def vote_as_a_crowd(world: World, at: datetime, article: Known) -> None:
    """Vote one article down under many names from one network, without reading it."""
    for number in range(CROWD_VISITORS):
        moment = at + timedelta(seconds=20 * number)
        visitor = Visitor(f"{world.rng.getrandbits(128):032x}", article.locale, CROWD_NETWORK)
        stay = Stay(world, visitor, moment, bot_reason=BotReason.CROWD)
        stay.read(article, None, seconds=0, rank=None)
        stay.clock += timedelta(seconds=1)
        stay.vote(article, None, helpful=False)
        stay.close()


def _public(world: World, at: datetime, locale: str) -> list[Known]:
    return [
        each
        for each in world.shop.articles.values()
        if each.locale == locale and each.public_since <= at
    ]
