"""Claims about reports that are cut by channel: they say what they would if there were no other."""

import random
from datetime import date, timedelta

import pytest
from limits import parse

from articles.models import Translation
from feedback.models import Channel
from feedback.recording import record_read, record_search
from feedback.reports import facts, rollups
from feedback.reports.articles_numbers import by_day, numbers, reader_lines
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from feedback.reports.searches_numbers import (
    asked_most,
    asking_lines,
    questions,
    ranks,
    rewordings,
)
from feedback.reports.searches_report import searches_report
from feedback.reports.subjects import ids
from feedback.visitors import Visitor
from feedback.voting import record_vote
from tests import factories
from tests.feedback.cast import START, at, shown

pytestmark = pytest.mark.usefixtures("any_app")

LATER = at(days=40)
PERIOD = Period(START - timedelta(days=1), START + timedelta(days=12))
MANY = parse("1000 per hour")


def act(chance: random.Random, articles: list[Translation], channel: Channel) -> None:
    """Let some visitors of a channel search, read and vote over some days."""
    moment = START
    for _ in range(25):
        who = Visitor(f"{channel.value[0]}{chance.randrange(4)}" * 16)
        article = chance.choice(articles)
        query = chance.choice(["lamp off", "lamp is off", "speaker"])
        record_search(
            who, query=query, locale="en", shown=shown(article), at=moment, channel=channel
        )
        if chance.random() < 0.7:
            record_read(
                who, article, query=query, rank=1, seconds=20,
                at=moment + timedelta(seconds=5), channel=channel,
            )  # fmt: skip
        if chance.random() < 0.5:
            record_vote(who, article, helpful=True, limit=MANY, at=moment, channel=channel)
        moment += timedelta(minutes=chance.choice([1, 40, 700]))


def everything(filters: Filters, article: Translation) -> dict[str, object]:
    """Return what the reports say."""
    rollups.refresh(LATER)
    came, asked = facts.visits(filters, ids(filters)), questions(filters)
    listed = asked_most(asked, 20)
    channel = filters.channel
    return {
        "visits": (dict(came.by_day), came.visitors),
        "about": facts.visits(filters, frozenset({article.id})).visitors,
        "searches": facts.searches(filters, ids(filters)).outcomes,
        "by subject": facts.searches_by_subject(filters),
        "topics": facts.visitors_by_topic(filters, {article.id: 1}),
        "votes": facts.votes(filters, None),
        "asked": listed,
        "lines": asking_lines(asked, [each.wording_id for each in listed], filters.period),
        "ranks": ranks(filters),
        "rewordings": rewordings(filters, 20),
        "articles": numbers(filters.period, channel=channel),
        "of a day": by_day(filters.period, article.id, channel),
        "readers": reader_lines(filters.period, [article.id], channel),
        "figures": searches_report(filters).figures,
    }


def test_one_channel_is_reported_as_if_there_were_no_other() -> None:
    chance = random.Random(1)
    articles = [factories.article(f"Article {number}") for number in range(3)]
    act(chance, articles, Channel.MCP)
    alone = everything(Filters(PERIOD), articles[0])
    assert alone["asked"]
    assert alone["rewordings"] or alone["ranks"]
    act(chance, articles, Channel.SITE)
    assert everything(Filters(PERIOD, channel=Channel.MCP), articles[0]) == alone
    assert everything(Filters(PERIOD), articles[0]) != alone


def test_a_day_is_read_again_once_it_has_changed_and_not_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    article, filters = factories.article(), Filters(PERIOD, channel=Channel.WIDGET)
    read: list[date] = []
    whole = rollups.presence_of

    def counted(period: Period, channel: Channel) -> list[dict[str, object]]:
        read.append(period.since.date())
        return whole(period, channel)

    def visitors() -> int:
        read.clear()
        rollups.refresh(LATER)
        return facts.visits(filters, None).visitors

    monkeypatch.setattr(rollups, "presence_of", counted)
    act(random.Random(1), [article], Channel.WIDGET)
    before = visitors()
    assert START.date() in read
    assert visitors() == before
    assert START.date() not in read
    who = Visitor("e" * 32)
    record_search(
        who, query="new", locale="en", shown=shown(article), at=START, channel=Channel.WIDGET
    )
    assert visitors() == before + 1
    assert START.date() in read


def test_the_channels_of_a_period_stand_beside_each_other() -> None:
    chance = random.Random(7)
    articles = [factories.article("Reset a lamp")]
    for each in (Channel.SITE, Channel.WIDGET):
        act(chance, articles, each)
    rollups.refresh(LATER)
    whole = facts.visits(Filters(PERIOD), None).total
    found = facts.channels(Filters(PERIOD))
    assert [each.channel for each in found] == [Channel.SITE, Channel.WIDGET]
    assert sum(each.visits for each in found) == whole


def test_a_channel_stands_in_the_address_of_a_report() -> None:
    assert Filters(PERIOD, channel=Channel.MCP).arguments()["channel"] == "mcp"
