"""Check links: a few minutes at a time, in the background, from wherever the last run ended.

What is due stands in the database. A link is put off before it is asked, so that two workers never ask
for one, and one killed on the way is asked again in some minutes.
"""

import time
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import exists, select, update

from articles.links.cookies import Cookies
from articles.links.judging import Outcome, Sort, Standing, judge, sort_of
from articles.links.models import Link, LinkState, LinkUse
from articles.links.robots import (
    AGENT,
    MAX_HOPS,
    REDIRECTS,
    NotNow,
    is_busy,
    joined,
    leave_alone,
    may_ask,
    turn,
)
from articles.views import site_root
from kb.db import db, utc_now
from kb.locales import settings
from kb.outbound.addresses import NotALink, Target, target_of
from kb.outbound.fetching import (
    MAX_BODY,
    MAX_HEAD,
    Answer,
    Fetcher,
    NoSuchHost,
    NotPublic,
    Unreachable,
)

RUN_SECONDS = 120.0  # of one run; the next one goes on
CLAIM = timedelta(minutes=10)  # longer than the longest chain of redirects takes
PERMANENT = {301, 308}
# Readers may get in: browsers fetch a certificate that is missing between two others, and agree on
# encryption where we do not.
OURS = {"chain", "encryption"}

log = structlog.get_logger(__name__)


def fetcher() -> Fetcher:
    """Return what asks in the name of this site."""
    return Fetcher(f"{AGENT}/1.0 (+{site_root()})")


def check_due(asker: Fetcher | None = None, seconds: float = RUN_SECONDS) -> int:
    """Check links that are due until the time is over; return how many."""
    if settings().link_check == "off":
        return 0
    asker = asker or fetcher()
    end, checked = time.monotonic() + seconds, 0
    while time.monotonic() < end and (found := _claim(utc_now())) is not None:
        _check(asker, found)
        checked += 1
    return checked


def _claim(now: datetime) -> int | None:
    """Put off the link that is due longest, and return it; another one where it was just taken."""
    used = exists(select(LinkUse.id).where(LinkUse.link_id == Link.id))
    due = (
        select(Link.id)
        .where(Link.state != LinkState.IGNORED, Link.next_at <= now, used)
        .order_by(Link.next_at, Link.id)
        .limit(1)
    )
    while (number := db.session.scalar(due)) is not None:
        taken = db.session.execute(
            update(Link)
            .where(Link.id == number, Link.next_at <= now)
            .values(next_at=now + CLAIM)
            .execution_options(synchronize_session=False)
        )
        db.session.commit()
        if taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE always has it
            return number
    db.session.rollback()
    return None


def _check(asker: Fetcher, number: int) -> None:
    url = db.session.scalar(select(Link.url).where(Link.id == number))
    db.session.rollback()  # no transaction stays open while a site takes its time
    if url is None:
        return
    outcome = outcome_of(asker, url)
    link = db.session.get(Link, number, populate_existing=True)
    if link is not None:
        note(link, outcome, utc_now())
        db.session.commit()
        log.debug("link checked", url=url, state=link.state.value)


def note(link: Link, outcome: Outcome, now: datetime) -> None:
    """Keep what came of asking; uncommitted."""
    found = judge(standing_of(link), outcome, now)
    link.state, link.status, link.trouble = found.state, found.status, found.trouble
    link.moved_to, link.failures, link.failed_at = found.moved_to, found.failures, found.failed_at
    link.broken_since, link.next_at = found.broken_since, found.next_at or link.next_at
    if outcome.sort is not Sort.BUSY:
        link.checked_at = now


def standing_of(link: Link) -> Standing:
    """Return what is known of a link."""
    return Standing(
        link.state,
        link.status,
        link.trouble,
        link.moved_to,
        link.failures,
        link.failed_at,
        link.broken_since,
        link.next_at,
    )


def outcome_of(asker: Fetcher, url: str) -> Outcome:
    """Ask for an address, redirects and all, and say what came of it."""
    try:
        return _followed(asker, target_of(url))
    except NotALink:
        return Outcome(Sort.CLOSED, trouble="not-a-link")
    except NotNow:
        return Outcome(Sort.BUSY)
    except NotPublic:
        return Outcome(Sort.CLOSED, trouble="private")
    except NoSuchHost:
        return Outcome(Sort.TROUBLE, trouble="no-host")
    except Unreachable as error:
        word = str(error)
        return Outcome(Sort.KEPT_OUT if word in OURS else Sort.TROUBLE, trouble=word)


def _followed(asker: Fetcher, start: Target) -> Outcome:
    """Follow redirects by hand; each step is checked, asks robots.txt and waits like the first.

    The new address of a page is the last one that the first redirects, all permanent, lead to; the
    front page of a site is none, as sites lead there whatever they have lost.
    """
    at, moved_to, is_permanent, cookies = start, "", True, Cookies()
    for _hop in range(MAX_HOPS + 1):
        if not may_ask(asker, at):
            return Outcome(Sort.CLOSED, trouble="robots")
        answer = _asked(asker, at, cookies)
        if answer.status not in REDIRECTS or "location" not in answer.headers:
            return _final(at, answer, "" if _is_front(moved_to) else moved_to)
        try:
            at = target_of(joined(at, answer))
        except (NotALink, ValueError):
            return Outcome(Sort.TROUBLE, answer.status, "bad-redirect")
        is_permanent = is_permanent and answer.status in PERMANENT
        moved_to = at.url if is_permanent else moved_to
    # With cookies it may be a wall that only a browser passes.
    return Outcome(Sort.KEPT_OUT if cookies else Sort.TROUBLE, answer.status, "redirects")


def _is_front(url: str) -> bool:
    return urlsplit(url).path in {"", "/"} and not urlsplit(url).query


def _final(at: Target, answer: Answer, moved_to: str) -> Outcome:
    sort = sort_of(answer.status)
    if is_busy(answer):
        leave_alone(at, answer)
    elif answer.headers.get("cf-mitigated") == "challenge":  # a riddle for browsers, as 403 or 503
        sort = Sort.KEPT_OUT
    trouble = "" if sort is Sort.GOOD else "status"
    return Outcome(sort, answer.status, trouble, moved_to if sort is Sort.GOOD else "")


def _asked(asker: Fetcher, at: Target, cookies: Cookies) -> Answer:
    """Ask for the head; for the page where the head does not answer well, as many servers confuse it.

    A site that asks to be left alone, and a name that is not known, are not asked twice.
    """
    turn(at)
    answer: Answer | None = None
    try:
        answer = asker.ask("HEAD", at, MAX_HEAD, headers=cookies.headers(at))
    except (NotPublic, NoSuchHost):
        raise
    except Unreachable:
        pass  # said by the page itself, if it does not answer either
    if answer is None or (answer.status >= 400 and not is_busy(answer)):
        turn(at)
        answer = asker.ask("GET", at, MAX_BODY, headers=cookies.headers(at))
    cookies.take(at, answer)
    return answer
