"""Mark the visits that programs made, and what they said, so that no figure counts them.

The marks are derived: `mark` comes to the same ones whenever it looks at the same events, and takes
back those that no longer hold. Names are believed: a visit whose browser said that it is a program
stays one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.behaviour import CHORUS, Ballot, Deeds, Reading, crowd, is_program
from feedback.models import ArticleRead, BotReason, Channel, SearchIntent, Visit, Vote
from feedback.requests.models import ContactRequest
from feedback.surveys.models import SurveyResponse

UNSEEN = 4  # voters of one network and day who ask not to be observed
BY_PROGRAMS = frozenset({Channel.API, Channel.MCP})
MARKED_WITH_VISIT = (Vote, SurveyResponse, ContactRequest)
_Row = Row[*tuple[Any, ...]]

AT_ONCE = 1_000  # values in one statement, well within what both databases take


def mark(session: Session, visit_ids: Collection[int]) -> frozenset[int]:
    """Judge these visits, and the networks that they came from on their day; commits nothing.

    Returns the visits whose mark has changed: also earlier ones of a network that has become a crowd.
    """
    chosen = _visits(session, Visit.id, visit_ids)
    crowded = _crowded(session, {each.origin for each in chosen if each.origin})
    visits = {each.id: each for each in (*chosen, *_visits(session, Visit.origin, crowded))}
    deeds = _deeds(session, [each.id for each in visits.values() if _is_judged(each)])
    verdicts = _verdicts(deeds, {each.id: each.origin for each in visits.values()})
    changed = {
        each: reason for each, reason in verdicts.items() if visits[each].bot_reason is not reason
    }
    for reason in (None, BotReason.BEHAVIOUR, BotReason.CROWD):
        _write(session, [each for each, found in changed.items() if found is reason], reason)
    return frozenset(changed)


def mark_unseen(session: Session, since: datetime | None = None) -> list[datetime]:
    """Judge what visitors said who asked not to be observed, of whom there is no visit to look at.

    Few people of one network and day are among them; from `UNSEEN` voters on it is one program. Commits
    nothing; returns the moments of what is marked now.
    """
    marked: list[datetime] = []
    for model, said_at in ((Vote, Vote.voted_at), (SurveyResponse, SurveyResponse.answered_at)):
        unseen = [model.visit_id.is_(None), model.origin != "", said_at.is_not(None)]
        if since is not None:
            unseen.append(said_at >= since)
        voters = func.count(model.visitor.distinct())
        crowded = (
            select(model.origin).where(*unseen).group_by(model.origin).having(voters >= UNSEEN)
        )
        found = session.execute(
            select(model.id, said_at).where(
                *unseen, model.is_bot.is_(False), model.origin.in_(crowded)
            )
        ).all()
        marked += [moment for _, moment in found if moment is not None]
        if found:  # a statement that changes nothing would take the lock all the same
            session.execute(update(model), [{"id": each, "is_bot": True} for each, _ in found])
    return marked


def _visits(
    session: Session, column: InstrumentedAttribute[Any], values: Collection[Any]
) -> list[_Row]:
    query = select(Visit.id, Visit.origin, Visit.bot_reason, Visit.is_staff, Visit.channel)
    return list(_rows(session, query, column, values))


def _is_judged(visit: _Row) -> bool:
    """Tell whether what a visit did says who made it.

    Not of a program that the company has let in by a key: it is as quick as programs are, and asks
    for people. Without a key its network is known, and it is judged like everybody.
    """
    is_let_in = visit.channel in BY_PROGRAMS and not visit.origin
    return visit.bot_reason is not BotReason.NAME and not visit.is_staff and not is_let_in


def _rows(
    session: Session,
    query: Select[*tuple[Any, ...]],
    column: InstrumentedAttribute[Any],
    values: Collection[Any],
) -> Iterator[_Row]:
    """Yield the rows of `query` in which `column` is one of `values`, however many these are."""
    ordered = sorted(values)
    for start in range(0, len(ordered), AT_ONCE):
        yield from session.execute(query.where(column.in_(ordered[start : start + AT_ONCE])))


def _crowded(session: Session, origins: Collection[str]) -> list[str]:
    """Return the networks from which enough visits came that one program may have made them."""
    counted = select(Visit.origin).group_by(Visit.origin).having(func.count() >= CHORUS)
    return [row.origin for row in _rows(session, counted, Visit.origin, origins)]


def _deeds(session: Session, visit_ids: Sequence[int]) -> list[Deeds]:
    """Return what these visits hold."""

    def grouped(column: InstrumentedAttribute[Any], *more: Any) -> Mapping[int, list[_Row]]:
        found: dict[int, list[_Row]] = defaultdict(list)
        for row in _rows(session, select(column, *more), column, visit_ids):
            found[row[0]].append(row)
        return found

    asked = grouped(SearchIntent.visit_id, SearchIntent.created_at)
    opened = grouped(
        ArticleRead.visit_id,
        ArticleRead.translation_id,
        ArticleRead.opened_at,
        ArticleRead.read_seconds,
    )
    voted = grouped(Vote.visit_id, Vote.translation_id, Vote.created_at, Vote.helpful)
    requested = grouped(ContactRequest.visit_id)
    spans = select(Visit.id, Visit.started_at, Visit.last_seen_at)
    return [
        Deeds(
            visit_id,
            started_at,
            ended_at,
            asked_at=tuple(row[1] for row in asked[visit_id]),
            readings=tuple(Reading(*row[1:]) for row in opened[visit_id]),
            ballots=tuple(Ballot(*row[1:]) for row in voted[visit_id]),
            requests=len(requested[visit_id]),
        )
        for visit_id, started_at, ended_at in _rows(session, spans, Visit.id, visit_ids)
    ]


def _verdicts(deeds: Sequence[Deeds], origins: Mapping[int, str]) -> dict[int, BotReason | None]:
    by_origin: dict[str, list[Deeds]] = defaultdict(list)
    for each in deeds:
        by_origin[origins[each.visit_id]].append(each)
    crowds = {
        visit_id for origin, together in by_origin.items() if origin for visit_id in crowd(together)
    }
    return {each.visit_id: _verdict(each, crowds) for each in deeds}


def _verdict(deeds: Deeds, crowds: Collection[int]) -> BotReason | None:
    if is_program(deeds):
        return BotReason.BEHAVIOUR
    return BotReason.CROWD if deeds.visit_id in crowds else None


def _write(session: Session, visit_ids: Sequence[int], reason: BotReason | None) -> None:
    is_bot = reason is not None
    for start in range(0, len(visit_ids), AT_ONCE):
        some = visit_ids[start : start + AT_ONCE]
        session.execute(
            update(Visit).where(Visit.id.in_(some)).values(is_bot=is_bot, bot_reason=reason)
        )
        for model in MARKED_WITH_VISIT:
            session.execute(update(model).where(model.visit_id.in_(some)).values(is_bot=is_bot))
