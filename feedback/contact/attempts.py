"""What somebody did who looked for a person: one row a visit, from which deflection is counted.

What is only observed (page seen, form begun, articles offered and opened) goes through the spool, as
searches do. “This answers my question” is said on purpose: it is kept before anybody is thanked.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from articles.models import Translation
from feedback.contact.models import ContactAttempt
from feedback.models import Channel
from feedback.recording import open_visit, promise
from feedback.spool import events
from feedback.visitors import Visitor
from kb.db import utc_now

KIND = "contact"  # of the events in the spool
MAX_SUGGESTED = 50  # translations remembered for one visit


class Step(StrEnum):
    """What was observed."""

    SEEN = "seen"  # the contact page
    BEGUN = "begun"  # first words typed in the form
    OFFERED = "offered"  # articles shown beside it
    OPENED = "opened"  # one of these


def note(
    step: Step,
    visitor: Visitor,
    locale: str,
    translation_ids: Iterable[int] = (),
    *,
    channel: Channel = Channel.SITE,
) -> None:
    """Note a step; it never fails the request."""
    facts = {
        "step": step.value,
        "locale": locale,
        "translations": list(translation_ids),
        "channel": channel.value,
    }
    events.note(KIND, visitor, facts)


def apply(session: Session, event: events.Event) -> None:
    """Enter a step that was noted."""
    step, locale = Step(event.facts["step"]), str(event.facts["locale"])
    channel = Channel(event.facts.get("channel", Channel.SITE))
    attempt = attempt_of(session, event.visitor, locale, event.at, channel)
    _take(attempt, step, [int(each) for each in event.facts["translations"]], event.at)
    session.flush()


def attempt_of(
    session: Session,
    visitor: Visitor,
    locale: str,
    at: datetime,
    channel: Channel = Channel.SITE,
) -> ContactAttempt:
    """Return the attempt of the running visit, begun now if there was none."""
    visit = open_visit(session, visitor, locale, at, channel)
    known = session.scalar(select(ContactAttempt).where(ContactAttempt.visit_id == visit.id))
    if known is not None:
        return known
    attempt = ContactAttempt(
        visit_id=visit.id,
        visitor=visitor.id,
        locale=locale,
        channel=channel,
        opened_at=at,
        suggested=[],
        opened=[],
    )
    session.add(attempt)
    session.flush()
    return attempt


def _take(
    attempt: ContactAttempt,
    step: Step,
    translation_ids: list[int],
    at: datetime,
) -> None:
    if step in {Step.BEGUN, Step.OFFERED} and attempt.started_at is None:
        attempt.started_at = at  # nothing is offered without words, typed here or in the search
    if step is Step.OFFERED:
        attempt.suggested = joined(attempt.suggested, translation_ids)
    if step is Step.OPENED and attempt.started_at is not None:
        opened = [each for each in translation_ids if each in attempt.suggested]
        if opened and attempt.first_opened_at is None:
            attempt.first_opened_at = at
        attempt.opened = joined(attempt.opened, opened)


def joined(known: Iterable[int], added: Iterable[int]) -> list[int]:
    """Return what is known and what is added, each once, in the order of appearance."""
    return list(dict.fromkeys([*known, *added]))[:MAX_SUGGESTED]


def record_answered(
    visitor: Visitor,
    translation: Translation,
    *,
    at: datetime | None = None,
    channel: Channel = Channel.SITE,
) -> bool:
    """Keep that an article answered somebody who was about to write; raises `NotRecorded`.

    The last word counts. Returns whether it counts at all: of a visitor whose browser asks for
    privacy the site does not know that they looked for a person, so their answer cannot be set
    against it.
    """
    if visitor.is_private:
        return False
    moment = at or utc_now()
    translation_id, locale = translation.id, translation.locale

    def work(session: Session) -> bool:
        attempt = attempt_of(session, visitor, locale, moment, channel)
        attempt.answered_at = moment
        attempt.answered_by_id = translation_id
        attempt.opened = joined(
            attempt.opened, [translation_id] if translation_id in attempt.suggested else []
        )
        return True

    return promise(work)


def init_app(app: Flask) -> None:
    """Enter what is noted of those who look for a person."""
    events.register(app, KIND, apply)
