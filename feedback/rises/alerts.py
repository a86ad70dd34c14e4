"""The verbs of alerts: raised, kept up, ended, decided, decided otherwise."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from articles.drafting import draft_article
from articles.models import Kind, Translation
from articles.publishing import Words
from feedback.rises.finding import Found
from feedback.rises.models import Alert, AlertState
from feedback.rises.topics import Key, Topic, asks
from kb.audit.recording import record
from kb.db import db, utc_now

QUIET = timedelta(days=1)  # after a decision, nobody is told of the same again
CALM = timedelta(hours=1)  # without the rise, until it counts as over
ANSWERS = 10  # wordings that the draft of a known issue is to be found for


def keep(found: Iterable[Found], now: datetime) -> list[Alert]:
    """Keep up the alerts of what rose, raise new ones and end those that are over; return the new.

    Safe to repeat: what is known already is only brought up to date. The session is committed.
    """
    going_on = _going_on(now)
    added = []
    for each in found:
        known = next((alert for alert in going_on if is_same(alert, each.topic)), None)
        if known is None:
            known = _raise(each, now)
            added.append(known)
            going_on.append(known)
        _bring_up_to_date(known, each, now)
    _end(now)
    db.session.commit()
    return added


def _going_on(now: datetime) -> list[Alert]:
    """Return the alerts that what rises now may belong to: not over, or of which nobody wants more."""
    return list(
        db.session.scalars(
            select(Alert)
            .where(or_(Alert.ended_at.is_(None), Alert.quiet_until > now))
            .order_by(Alert.id)
        )
    )


def keys_of(alert: Alert) -> tuple[Key, ...]:
    """Return the wordings of an alert, the one that names it first."""
    pairs = (each.split(" ", 1) for each in alert.wordings)
    return tuple((locale, normalised) for locale, normalised in pairs)


def is_same(alert: Alert, topic: Topic) -> bool:
    """Tell whether an alert is about a topic."""
    if alert.gap_id is not None and alert.gap_id == topic.gap_id:
        return True
    known = keys_of(alert)
    return bool(known) and any(asks(key, known, {}) for key in topic.wordings)


def _raise(found: Found, now: datetime) -> Alert:
    alert = Alert(
        name=found.name,
        locale=found.topic.locale,
        wordings=[],
        gap_id=found.topic.gap_id,
        started_at=found.started_at,
        found_at=now,
        last_seen_at=now,
        visitors=0,
        expected=found.rise.expected,
        state=AlertState.OPEN,
        simulated=found.simulated,
    )
    db.session.add(alert)
    return alert


def _bring_up_to_date(alert: Alert, found: Found, now: datetime) -> None:
    alert.last_seen_at = now
    alert.ended_at = None
    wordings = [f"{locale} {normalised}" for locale, normalised in found.topic.wordings]
    alert.wordings = list(dict.fromkeys([*alert.wordings, *wordings]))
    if found.rise.visitors > alert.visitors:
        alert.visitors = found.rise.visitors
        alert.expected = found.rise.expected


def _end(now: datetime) -> None:
    db.session.flush()
    db.session.execute(
        update(Alert)
        .where(Alert.ended_at.is_(None), Alert.last_seen_at < now - CALM)
        .values(ended_at=Alert.last_seen_at)
    )


def _record(alert: Alert, act: str, by: str = "") -> None:
    record(f"alert.{act}", thing="alert", thing_id=alert.id, label=alert.name, by=by)


def decide(alert: Alert, state: AlertState, *, by: str, now: datetime | None = None) -> None:
    """Say what an alert is; nobody is told of the same again for a day. Committed."""
    moment = now or utc_now()
    alert.state = state
    alert.decided_by = by
    alert.decided_at = moment
    alert.quiet_until = moment + QUIET
    _record(alert, state.value, by)
    db.session.commit()


def reopen(alert: Alert) -> None:
    """Take a decision back. A draft that was made stays where drafts are. Committed."""
    alert.state = AlertState.OPEN
    alert.decided_by, alert.decided_at, alert.quiet_until = "", None, None
    _record(alert, "reopened")
    db.session.commit()


def draft_known_issue(alert: Alert, body: str, texts: Sequence[str], *, by: str) -> Translation:
    """Draft the article that says what is known, found by what visitors type now. Committed.

    Done twice, it is one draft: the second time gives back the first.
    """
    known = db.session.get(Translation, alert.translation_id) if alert.translation_id else None
    if known is not None:
        return known
    draft = draft_article(
        Words(
            title=alert.name[:1].upper() + alert.name[1:],
            body=body,
            answers=tuple(texts[:ANSWERS]),
        ),
        alert.locale,
        kind=Kind.KNOWN_ISSUE,
        by=by,
    )
    alert.translation_id = draft.id
    decide(alert, AlertState.DRAFTED, by=by)
    return draft
