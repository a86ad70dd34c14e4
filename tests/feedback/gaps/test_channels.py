"""Claims about the channels that the questions of a gap came through."""

import pytest

from feedback.gaps.channels import channels_of
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.report import gaps_report
from feedback.models import Channel
from feedback.recording import record_search
from feedback.reports import rollups
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from feedback.visitors import Visitor
from tests.feedback.cast import START, at, shown

pytestmark = pytest.mark.usefixtures("any_app")

PERIOD = Period(START.replace(hour=0), at(days=3))


def ask(channel: Channel, visitors: int) -> None:
    for number in range(visitors):
        record_search(
            Visitor(f"{channel.value}{number}".ljust(32, "0")),
            query="gift wrapping",
            locale="en",
            shown=shown(weak=True),
            at=at(minutes=number),
            channel=channel,
        )


def kept() -> None:
    rollups.refresh(at(days=2))
    keep_gaps(now=at(days=2))


def test_a_gap_says_how_many_asked_through_which_channel_and_a_cut_counts_these_alone() -> None:
    ask(Channel.MCP, 3)
    ask(Channel.WIDGET, 2)
    kept()
    (gap,) = gaps_report(Filters(PERIOD)).gaps
    assert (gap.visitors, gap.channels) == (5, {Channel.WIDGET: 2, Channel.MCP: 3})
    (cut,) = gaps_report(Filters(PERIOD, channel=Channel.MCP)).gaps
    assert (cut.visitors, cut.intents, cut.channels[Channel.MCP]) == (3, 3, 3)
    assert gaps_report(Filters(PERIOD, channel=Channel.EMAIL)).gaps == ()


def test_where_everybody_asks_on_the_site_there_is_nothing_to_tell() -> None:
    ask(Channel.SITE, 3)
    kept()
    (gap,) = gaps_report(Filters(PERIOD)).gaps
    assert gap.channels == channels_of([gap.id], Filters(PERIOD)) == {}
