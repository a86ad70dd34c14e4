"""Through which channels the questions of a gap came."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from feedback.gaps.facts import Source
from feedback.gaps.models import GapEvent
from feedback.models import Channel, SearchIntent, Visit, Vote
from feedback.reports.by_channel import came_through as said_through
from feedback.reports.filters import Filters
from feedback.reports.rollup_models import IntentDay
from feedback.requests.models import ContactRequest
from kb.db import db


def came_through(channel: Channel) -> ColumnElement[bool]:
    """Return that an event of a gap came through a channel: the search, request or vote itself did."""
    searches = select(SearchIntent.id).where(SearchIntent.channel == channel)
    requests = select(ContactRequest.id).where(ContactRequest.channel == channel)
    votes = select(Vote.id).where(said_through(Vote, channel))
    return or_(
        *(
            and_(GapEvent.source == source, GapEvent.event_id.in_(ids))
            for source, ids in (
                (Source.SEARCH, searches),
                (Source.REQUEST, requests),
                (Source.COMMENT, votes),
            )
        )
    )


def channels_of(gaps: Collection[int], filters: Filters) -> Mapping[int, Mapping[Channel, int]]:
    """Return how many unanswered questions of each gap came through which channel.

    Nothing where everything of the period was asked on the site itself: then there is nothing to tell.
    """
    if not gaps or not _any_other(filters):
        return {}
    of_searches = select(GapEvent.gap_id, SearchIntent.channel.label("channel")).join(
        SearchIntent,
        and_(GapEvent.source == Source.SEARCH, SearchIntent.id == GapEvent.event_id),
    )
    of_requests = select(GapEvent.gap_id, ContactRequest.channel.label("channel")).join(
        ContactRequest,
        and_(GapEvent.source == Source.REQUEST, ContactRequest.id == GapEvent.event_id),
    )
    of_votes = (
        select(GapEvent.gap_id, func.coalesce(Visit.channel, Channel.SITE.value).label("channel"))
        .join(Vote, and_(GapEvent.source == Source.COMMENT, Vote.id == GapEvent.event_id))
        .outerjoin(Visit, Visit.id == Vote.visit_id)
    )
    found: dict[int, dict[Channel, int]] = {each: {} for each in gaps}
    for query in (of_searches, of_requests, of_votes):
        rows = query.where(
            GapEvent.gap_id.in_(gaps),
            GapEvent.day >= filters.period.since.date(),
            GapEvent.day <= filters.period.last_day,
            GapEvent.is_counted.is_(True),
            GapEvent.is_answered.is_(False),
        ).subquery()
        for gap, channel, number in db.session.execute(
            select(rows.c.gap_id, rows.c.channel, func.count()).group_by(
                rows.c.gap_id, rows.c.channel
            )
        ):
            known = found[gap]
            known[Channel(channel)] = known.get(Channel(channel), 0) + number
    return {
        gap: {each: known[each] for each in Channel if each in known}
        for gap, known in found.items()
    }


def _any_other(filters: Filters) -> bool:
    """Tell whether anybody searched or wrote through another channel than the site."""
    first, last = filters.period.since.date(), filters.period.last_day
    searched = exists().where(IntentDay.day.between(first, last), IntentDay.channel != Channel.SITE)
    wrote = exists().where(
        ContactRequest.created_at >= filters.period.since,
        ContactRequest.created_at < filters.period.until,
        ContactRequest.channel != Channel.SITE,
    )
    return bool(db.session.scalar(select(or_(searched, wrote))))
