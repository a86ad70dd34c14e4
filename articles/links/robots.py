"""What a site lets programs read (robots.txt), and how often: asked once a day, kept in the database.

One request a second and host at most, from all processes together: whoever may ask next is decided by
one statement in the database, so that nothing is held and a killed process blocks nobody. A site that
says it is asked too much, or cannot answer now, is left alone for as long as it says.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urljoin

from protego import Protego
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from articles.links.models import LinkHost
from kb.db import db, utc_now
from kb.deliveries.outcomes import retry_after
from kb.outbound.addresses import NotALink, Target, target_of
from kb.outbound.fetching import MAX_ROBOTS, Answer, Fetcher

AGENT = "KB-LinkCheck"  # as sites name us in robots.txt
KEEP = timedelta(days=1)
BETWEEN = timedelta(seconds=1)  # two requests to one site
MOST_DELAY = timedelta(seconds=30)  # of what a site asks for between two requests
PAUSE = timedelta(hours=1)  # of a site that asks for one and does not say how long
MOST_PAUSE = timedelta(days=1)
PATIENCE_SECONDS = 5.0  # for a turn; then something else is done first
MAX_HOPS = 8  # to https, to www, to a language, to a page that sets a cookie, and back
REDIRECTS = {301, 302, 303, 307, 308}


class NotNow(RuntimeError):
    """The site is busy, or cannot say what it allows: ask later."""


def may_ask(fetcher: Fetcher, target: Target) -> bool:
    """Tell whether a site lets us read an address; raises `NotNow`, or `fetching.Unreachable`."""
    rules = Protego.parse(_robots(fetcher, target))
    return bool(rules.can_fetch(target.url, AGENT))


def turn(target: Target, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait until a site may be asked again, and take that turn; raises `NotNow` if it takes long.

    Nothing is held in the database meanwhile.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    host = _host(target.host)
    between = _delay(_host(target.origin))
    while True:
        now = utc_now()
        taken = db.session.execute(
            update(LinkHost)
            .where(LinkHost.id == host.id, LinkHost.free_at <= now)
            .values(free_at=now + between)
            .execution_options(synchronize_session=False)
        )
        db.session.commit()
        if taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE always has it
            return
        db.session.refresh(host)
        wait = (host.free_at - utc_now()).total_seconds()
        db.session.rollback()
        if time.monotonic() + wait > deadline:
            raise NotNow
        sleep(max(wait, 0.01))


def leave_alone(target: Target, answer: Answer) -> None:
    """Ask a host nothing for as long as it says (Retry-After), or for an hour."""
    asked = retry_after(answer.headers.get("retry-after", ""), utc_now()) or PAUSE
    host = _host(target.host)
    host.free_at = utc_now() + min(max(asked, BETWEEN), MOST_PAUSE)
    db.session.commit()


def is_busy(answer: Answer) -> bool:
    """Tell whether a site asks to be left alone for a while."""
    return answer.status == HTTPStatus.TOO_MANY_REQUESTS or (
        answer.status == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in answer.headers
    )


def _delay(host: LinkHost) -> timedelta:
    asked = Protego.parse(host.robots).crawl_delay(AGENT) if host.robots else None
    return min(max(BETWEEN, timedelta(seconds=asked or 0)), MOST_DELAY)


def _host(name: str) -> LinkHost:
    """Return what is known of a host (its turns), or of an origin (its robots.txt)."""
    found = select(LinkHost).where(LinkHost.host == name)
    known = db.session.scalar(found)
    if known is None:
        db.session.add(LinkHost(host=name))
        try:
            db.session.commit()
        except IntegrityError:  # another process was quicker
            db.session.rollback()
        known = db.session.scalars(found).one()
    return known


def _robots(fetcher: Fetcher, target: Target) -> str:
    """Return the robots.txt of a site, not older than a day."""
    host = _host(target.origin)
    if host.robots_at is not None and utc_now() - host.robots_at < KEEP:
        return host.robots
    text = _asked(fetcher, target)
    host = _host(target.origin)
    host.robots, host.robots_at = text, utc_now()
    db.session.commit()
    return text


def _asked(fetcher: Fetcher, target: Target) -> str:
    """Ask for robots.txt (RFC 9309): none allows all, one that cannot be read allows nothing now."""
    at = target_of(target.origin + "/robots.txt")
    for _hop in range(MAX_HOPS + 1):
        turn(at)
        answer = fetcher.ask("GET", at, MAX_ROBOTS)
        if answer.status in REDIRECTS and (there := _next(at, answer)):
            at = there
            continue
        if is_busy(answer) or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            leave_alone(target, answer)  # or each of its links would ask for it again
            raise NotNow
        if answer.status != HTTPStatus.OK:
            return ""
        return answer.body.decode("utf-8", "replace").replace("\0", "")
    return ""


def _next(at: Target, answer: Answer) -> Target | None:
    try:
        return target_of(joined(at, answer))
    except NotALink:
        return None


def joined(at: Target, answer: Answer) -> str:
    """Return where a redirect leads."""
    return urljoin(at.url, answer.headers.get("location", ""))
