"""The ways to reach a person, as they are offered to one reader at one moment.

Where a lead has set up no channel, the settings speak: the form, a telephone number, its hours.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from babel.languages import get_official_languages
from flask import g, has_request_context, request, url_for
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from feedback.channels import delays, targets
from feedback.channels.delays import Delay
from feedback.channels.hours import Standing, standing
from feedback.channels.models import ContactChannel, Topic
from feedback.channels.nearness import Place, place
from feedback.channels.schedules import schedule_of, week_of, zone_of
from feedback.channels.topics import in_language
from feedback.channels.words import LIVE, WAYS, delay_in_words, hours_in_words, standing_in_words
from feedback.requests.models import Way
from kb.db import db, utc_now
from kb.locales import current_locale, settings
from kb.mail.speaking import speaking
from kb.recently import commits, recently

log = structlog.get_logger(__name__)

ANY_HOUR = Standing(is_open=True)
_PHONE = re.compile(r"Mobi|Android.+Mobile|iPhone", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offered:
    """A way to reach a person.

    `href` is empty where there is nothing to open. `said` and `delay_said` are of the moment: pages
    that caches keep show `hours` alone. `id` is 0 for what the settings offer.
    """

    id: int
    way: Way
    name: str
    note: str = ""
    meanwhile: str = ""
    target: str = ""
    href: str = ""
    is_spoken: bool = True
    locales: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    topic_ids: tuple[int, ...] = ()
    standing: Standing = ANY_HOUR
    said: str = ""
    hours: tuple[str, ...] = ()
    delay: Delay | None = None
    delay_said: str = ""

    @property
    def kind(self) -> str:
        """Return what sort of channel it is, whatever its name."""
        return str(WAYS[self.way])

    @property
    def said_with_reason(self) -> str:
        """Return how it stands, after the name of a day that is unlike others: “Christmas · Closed …”.

        Behind the moment of the next opening the name would seem to be of that day.
        """
        return " · ".join(filter(None, (self.standing.why, self.said))) if self.said else ""

    @property
    def is_open(self) -> bool:
        """Tell whether somebody is there, or takes what is sent."""
        return self.standing.is_open


def offered(
    locale: str,
    *,
    at: datetime | None = None,
    topic_id: int | None = None,
    on_phone: bool = False,
) -> list[Offered]:
    """Return the ways to reach a person at a moment, in the order that suits a reader of `locale`.

    What speaks their language comes first, of that what is open, and then what answers sooner; on a
    telephone the number to call leads. The form, which is always open, is always among them.
    """
    known_now, every = _every(locale, at) if at else _of_this_request(locale)
    known = [
        each for each in every if not (topic_id and each.topic_ids) or topic_id in each.topic_ids
    ]
    with speaking(locale):
        found = _with_form(known or _from_settings(locale), known_now)
    return sorted(found, key=lambda each: _rank(each, known_now.at, on_phone=on_phone))


def _of_this_request(locale: str) -> "_Every":
    """Return all channels as they stand now: a page shows them in several places."""
    if not has_request_context():
        return _every(locale, None)
    state = (locale, commits())
    known: dict[tuple[str, int], _Every] = g.setdefault("channels_now", {})
    if state not in known:
        known[state] = _every(locale, None)
    return known[state]


def _every(locale: str, at: datetime | None) -> "_Every":
    """Return all channels as they stand at a moment, in the order of the studio."""
    known = _Known(locale, at or utc_now(), _topic_names(locale), _measured(at))
    with speaking(locale):
        return known, [_offer(each, known) for each in _channels()]


def _rank(each: Offered, at: datetime, *, on_phone: bool) -> tuple[bool, Place]:
    # Of a telephone that the settings name nobody knows when it is answered.
    is_known = each.id != 0
    found = place(each.way, each.standing, each.delay, at, on_phone=on_phone, is_known=is_known)
    return not each.is_spoken, found


def _channels() -> Sequence[ContactChannel]:
    query = (
        select(ContactChannel)
        .where(ContactChannel.is_active.is_(True))
        .order_by(ContactChannel.position, ContactChannel.id)
    )
    return db.session.scalars(query).all()


def _topic_names(locale: str) -> dict[int, str]:
    rows = db.session.execute(select(Topic.id, Topic.names, Topic.key))
    return {number: in_language(names, locale, key) for number, names, key in rows}


@dataclass(frozen=True, slots=True)
class _Known:
    """What all channels of a page share."""

    locale: str
    at: datetime
    topics: Mapping[int, str]
    measured: Mapping[Way, Delay]


_Every = tuple[_Known, list[Offered]]


def _measured(at: datetime | None) -> Mapping[Way, Delay]:
    """Return the delays as of a moment; of one to come, as they are now."""
    now = utc_now()
    return delays.measured(min(at, now) if at else now)


def _offer(channel: ContactChannel, known: _Known) -> Offered:
    """Return a channel as it stands at a moment."""
    zone, locale, at = zone_of(channel), known.locale, known.at
    now = standing(schedule_of(channel, locale), at)
    is_foreign = zone.key != settings().timezone
    delay = known.measured.get(channel.way) or delays.stated(channel.stated_minutes)
    own = channel.words.get(locale, {})
    return Offered(
        id=channel.id,
        way=channel.way,
        name=own.get("name") or _any_word(channel, "name", locale) or str(WAYS[channel.way]),
        note=own.get("note") or _any_word(channel, "note", locale),
        meanwhile=own.get("meanwhile") or _any_word(channel, "meanwhile", locale),
        target=targets.shown(channel.way, channel.target, reader_country(locale)),
        href=_href(channel, locale, is_open=now.is_open),
        is_spoken=not channel.locales or locale in channel.locales,
        locales=tuple(channel.locales),
        topic_ids=tuple(channel.topic_ids),
        topics=tuple(known.topics[each] for each in channel.topic_ids if each in known.topics),
        standing=now,
        said=standing_in_words(now, channel.way, at, zone, is_foreign=is_foreign),
        hours=tuple(hours_in_words(week_of(channel), has_holidays=bool(channel.holidays_of))),
        delay=delay,
        # Nobody picks up a closed telephone within minutes; a letter is answered once it opens.
        delay_said=(
            delay_in_words(delay, channel.way) if now.is_open or channel.way not in LIVE else ""
        ),
    )


def _any_word(channel: ContactChannel, name: str, locale: str) -> str:
    return in_language({code: each.get(name, "") for code, each in channel.words.items()}, locale)


def _href(channel: ContactChannel, locale: str, *, is_open: bool) -> str:
    if channel.way is Way.FORM:
        return url_for("contact.form", locale=locale)
    if channel.way is Way.CHAT and channel.snippet:
        return url_for("chat.page", locale=locale, number=channel.id) if is_open else ""
    return targets.href(channel.way, channel.target)


def reader_country(locale: str) -> str:
    """Return the country whose way of writing numbers a reader expects; "" where it is not known.

    It is the one that the browser names; else the site's, for readers of its language.
    """
    accepted = list(request.accept_languages.values()) if has_request_context() else []
    return targets.country_of_reader(locale, accepted) or _home(locale)


def _home(locale: str) -> str:
    country = targets.country_of_zone(settings().timezone)
    spoken = get_official_languages(country, de_facto=True) if country else ()
    return country if locale in spoken else ""


def _with_form(found: list[Offered], known: _Known) -> list[Offered]:
    """Return the ways with the form among them: it answers every time."""
    if any(each.way is Way.FORM for each in found):
        return found
    delay = known.measured.get(Way.FORM)
    form = Offered(
        id=0,
        way=Way.FORM,
        name=str(WAYS[Way.FORM]),
        href=url_for("contact.form", locale=known.locale),
        delay=delay,
        delay_said=delay_in_words(delay),
    )
    return [form, *found]


def _from_settings(locale: str) -> list[Offered]:
    """Return what the settings offer, where no channel is set up."""
    config = settings()
    hours = config.contact_hours.get(locale, "")
    found = []
    if config.contact_phone:
        dialled = re.sub(r"[^\d+]", "", config.contact_phone)
        found.append(
            Offered(
                id=0,
                way=Way.PHONE,
                name=str(WAYS[Way.PHONE]),
                target=config.contact_phone.replace(" ", "\xa0"),
                href=f"tel:{dialled}",
                hours=(hours,) if hours else (),
            )
        )
    if config.contact_email:
        email = config.contact_email
        found.append(
            Offered(
                id=0,
                way=Way.EMAIL,
                name=str(WAYS[Way.EMAIL]),
                target=email,
                href=targets.href(Way.EMAIL, email),
            )
        )
    return found


def on_a_phone() -> bool:
    """Tell whether the request at hand comes from a telephone, as it says itself."""
    said = request.headers.get("Sec-CH-UA-Mobile")
    return said == "?1" if said else _PHONE.search(request.user_agent.string) is not None


def offers_now(topic_id: int | None = None, at: datetime | None = None) -> list[Offered]:
    """Return the ways for the reader of this page, which no cache may keep."""
    return offered(current_locale(), at=at, topic_id=topic_id, on_phone=on_a_phone())


def next_change(offers: Iterable[Offered]) -> datetime | None:
    """Return when the first of some ways opens or closes; None where none ever does."""
    moments = (each.standing.closes_at or each.standing.opens_at for each in offers)
    return min((each for each in moments if each is not None), default=None)


def lasting_offers() -> Iterable[Offered]:
    """Return the ways beside the form for pages that caches keep: nothing in them is of the moment.

    Their numbers are written as most readers of the language expect, whatever this browser says.
    """
    locale = current_locale()
    try:
        return recently(f"offers {locale}", lambda: _lasting(locale))
    except (DBAPIError, NoConnection) as error:  # the page may be the one that says so
        db.session.rollback()
        log.warning("channels not shown", error=str(error))
        return _beside_form(_from_settings(locale))


def _lasting(locale: str) -> tuple[Offered, ...]:
    with speaking(locale):
        known = [_lasting_offer(each, locale) for each in _channels()]
        return _beside_form(known or _from_settings(locale))


def _beside_form(found: Iterable[Offered]) -> tuple[Offered, ...]:
    """Return what stands beside the form: its own kind, and the address that it writes to, do not."""
    return tuple(
        each
        for each in found
        if each.is_spoken and each.way is not Way.FORM and (each.id or each.way is not Way.EMAIL)
    )


def _lasting_offer(channel: ContactChannel, locale: str) -> Offered:
    return Offered(
        id=channel.id,
        way=channel.way,
        name=_any_word(channel, "name", locale) or str(WAYS[channel.way]),
        target=targets.shown(channel.way, channel.target, _home(locale)),
        href=_href(channel, locale, is_open=True),
        is_spoken=not channel.locales or locale in channel.locales,
        hours=tuple(hours_in_words(week_of(channel), has_holidays=bool(channel.holidays_of))),
    )


def state() -> tuple[int, datetime | None]:
    """Return what changes with each change of a channel: finished pages depend on it."""
    count, last = db.session.execute(
        select(func.count(ContactChannel.id), func.max(ContactChannel.updated_at))
    ).one()
    return count, last
