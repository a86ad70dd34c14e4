"""Keep the gaps: find what goes unanswered, tell which is which, follow what became of each.

A run changes what the site itself knows (wordings, figures, diagnosis) and leaves alone what people
decided (owner, status, due date, a name they gave). Killed anywhere, the next run ends the work.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select

from feedback.gaps.answering import close_answered
from feedback.gaps.facts import Encode, Found, Wording
from feedback.gaps.following import follow, let_go_of_strays
from feedback.gaps.grouping import find_gaps
from feedback.gaps.identity import Key, identify
from feedback.gaps.loading import articles, said
from feedback.gaps.meaning import encode_when_ready
from feedback.gaps.models import Act, Gap, GapEvent, GapNote, GapStatus, GapWording, is_worked_on
from feedback.gaps.runs import Run, claimed, finished_at
from feedback.settling import settle
from kb.db import db, utc_now
from kb.worker import tasks

EVERY = timedelta(minutes=15)
LOOKED_AT = timedelta(days=90)
MONTH = timedelta(days=30)
RETURNS_AT = 2  # times the visitors of when it was dismissed


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run did."""

    found: int
    new: int
    merged: int
    events: int


def keep_gaps_by_meaning() -> Kept | None:
    """Keep the gaps as the worker does: by meaning where there is a model."""
    return keep_gaps(encode_when_ready())


def keep_gaps(encode: Encode | None = None, *, now: datetime | None = None) -> Kept | None:
    """Keep the gaps of the last 90 days; None where another run is at it."""
    with claimed() as run:
        return None if run is None else _keep(run, encode, now or utc_now())


def _keep(run: Run, encode: Encode | None, now: datetime) -> Kept:
    settle(now)
    expressed = said(now - LOOKED_AT, now)
    found = find_gaps(expressed, encode, articles(), progress=run.beat)
    before = _number_of_gaps()
    merged = _take_in(found)
    db.session.commit()
    events = follow(expressed)
    let_go_of_strays()
    _bring_back(now)
    db.session.commit()
    close_answered(now)
    run.write(finished_at=now, by_meaning=encode is not None)
    return Kept(len(found), _number_of_gaps() - before, merged, events)


def _number_of_gaps() -> int:
    return db.session.scalar(select(func.count(Gap.id))) or 0


def _take_in(found: Sequence[Found]) -> int:
    """Give each group to the gap that it is; return how many gaps are merged into others now."""
    wordings = {_key(each): each for each in db.session.scalars(select(GapWording))}
    gaps = {each.id: each for each in db.session.scalars(select(Gap))}
    same = identify(
        {key: each.gap_id for key, each in wordings.items()},
        [{_key(each): max(each.visitors, 1) for each in one.wordings} for one in found],
        own={each.id for each in gaps.values() if is_worked_on(each)},
    )
    # In the order of the list, so that the numbers of new gaps do not depend on chance.
    listed = [
        _updated(gaps.get(number) if number else None, one)
        for one, number in zip(found, same.gap_of, strict=True)
    ]
    db.session.flush()
    continuing = {number for number in same.gap_of if number}
    for one, gap in zip(found, listed, strict=True):
        for each in one.wordings:
            _give(each, gap, wordings, continuing)
    shown = {gap.id for gap in listed} | same.apart
    for gap in gaps.values():
        gap.is_listed = gap.id in shown
        gap.merged_into_id = None if gap.id in shown else _root(gap, same.merged)
    return len(same.merged)


def _key(wording: Wording | GapWording) -> Key:
    return wording.source.value, wording.locale, wording.normalised


def _root(gap: Gap, merged: Mapping[int, int]) -> int | None:
    """Return the gap that one is shown as: merged now, or before and its home since then."""
    home = merged.get(gap.id, gap.merged_into_id)
    return None if home is None else merged.get(home, home)


def _updated(gap: Gap | None, found: Found) -> Gap:
    """Return the gap with what was found, a new one where there was none."""
    if gap is None:
        gap = Gap(first_seen=found.first_seen, name=found.name, locale=found.locale)
        db.session.add(gap)
    if not gap.is_renamed:
        gap.name, gap.locale = found.name, found.locale
    gap.diagnosis = found.diagnosis
    gap.nearest_id = found.nearest
    gap.first_seen = min(gap.first_seen, found.first_seen)
    gap.last_seen = max(gap.last_seen or found.last_seen, found.last_seen)
    gap.figures = {
        "visitors": found.visitors,
        "intents": found.intents,
        "requests": found.requests,
        "comments": found.comments,
        "contacts": found.contacts,
        "answered": found.answered,
        "outcomes": {outcome.value: count for outcome, count in found.outcomes.items()},
        "evidence": asdict(found.evidence),
    }
    return gap


def _give(wording: Wording, gap: Gap, known: dict[Key, GapWording], continuing: Set[int]) -> None:
    """Give a wording to a gap; one of a gap that is merged or stays apart remains with that."""
    row = known.get(_key(wording))
    if row is None:
        row = GapWording(
            gap_id=gap.id,
            source=wording.source,
            locale=wording.locale,
            normalised=wording.normalised,
            text=wording.text,
        )
        db.session.add(row)
        known[_key(wording)] = row
    elif row.gap_id in continuing:
        row.gap_id = gap.id


def prepare(anew: bool = False) -> None:
    """Let a report that is asked for outside the worker rest on a run of the last quarter of an hour."""
    last = finished_at()
    if anew or last is None or utc_now() - last > EVERY:
        keep_gaps_by_meaning()


def visitors_of_month(gap_id: int, now: datetime) -> int:
    """Return how many visitors a gap left without an answer in the 30 days before `now`."""
    query = select(func.count(func.distinct(GapEvent.visitor))).where(
        GapEvent.gap_id == gap_id,
        GapEvent.at > now - MONTH,
        GapEvent.at <= now,
        GapEvent.is_counted.is_(True),
        GapEvent.is_answered.is_(False),
    )
    return db.session.scalar(query) or 0


def _bring_back(now: datetime) -> None:
    """Open dismissed gaps again that twice as many visitors ask a month, and say so."""
    for gap in db.session.scalars(select(Gap).where(Gap.status == GapStatus.DISMISSED)):
        visitors = visitors_of_month(gap.id, now)
        if gap.is_listed and visitors >= RETURNS_AT * max(gap.dismissed_visitors, 1):
            note = GapNote(
                gap_id=gap.id,
                at=now,
                what=Act.CAME_BACK,
                text=gap.dismissal,
                data={"visitors": visitors, "dismissed_at": gap.dismissed_visitors},
            )
            gap.status = GapStatus.OPEN
            db.session.add(note)


def init_app(app: Flask) -> None:
    """Let the worker keep the gaps."""
    tasks.register(app, "gaps", EVERY, keep_gaps_by_meaning)
