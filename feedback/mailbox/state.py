"""How incoming mail does: for the health page, `kb doctor` and `kb mail status`."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from feedback.mailbox.models import Became, IncomingMail
from kb.db import db, utc_now
from kb.health import Check, reason
from kb.locales import settings
from kb.mail.arrivals import Arrival, Arrivals
from kb.mail.state import without_addresses
from kb.worker.models import TaskRun

FETCHING = "mail-fetching"
LATE = timedelta(minutes=15)  # without a look into the mailbox
PIPED_LATE = timedelta(minutes=1)  # on disk; the worker takes a mail in within a second or two
MONTH = timedelta(days=30)
NOTHING: ColumnElement[str] = literal_column("''")  # written out: SQLite then finds the index


@dataclass(frozen=True, slots=True)
class State:
    """What came in, what waits for a person, and what keeps the mailbox from being fetched."""

    taken: int  # in the last month
    held: int
    trouble: str
    fetched_at: datetime | None
    piped: int = 0  # that wait on disk
    piped_since: datetime | None = None


def state() -> State:
    """Return how incoming mail does now."""
    run = db.session.get(TaskRun, FETCHING)
    since = utc_now() - MONTH
    piped = Arrivals(settings().home).all()
    return State(
        taken=db.session.scalar(select(func.count()).where(IncomingMail.received_at > since)) or 0,
        held=db.session.scalar(select(func.count()).select_from(held().subquery())) or 0,
        trouble=run.last_error if run and run.failures else "",
        fetched_at=run.finished_at if run and not run.failures else None,
        piped=len(piped),
        piped_since=_moment(piped[0]) if piped else None,
    )


def _moment(arrival: Arrival) -> datetime:
    return datetime.fromtimestamp(arrival.came_ns / 1e9, UTC)


def held() -> Select[IncomingMail]:
    """Select the mails that wait for a person, the oldest first."""
    return (
        select(IncomingMail)
        .where(
            IncomingMail.raw != NOTHING,
            IncomingMail.looked_at.is_(None),
            IncomingMail.became != Became.SPAM,
        )
        .order_by(IncomingMail.id)
    )


def check() -> Check:
    """Tell whether e-mail comes in; names no address, as anybody may ask."""
    try:
        found = state()
    except SQLAlchemyError as error:
        db.session.rollback()
        return Check("incoming mail", "degraded", reason(error))
    config = settings()
    late = _late(found)
    if not config.imap_url:
        words = "piped to kb mail receive" if config.reply_to else "off"
        detail = "; ".join([words, *_held(found), *late])
        return Check("incoming mail", "degraded" if late else "ok", detail)
    is_late = found.fetched_at is not None and utc_now() - found.fetched_at > LATE
    parts = [f"{found.taken} in the last month", *_held(found), *late]
    if found.trouble:
        parts.append(f"{without_addresses(found.trouble)} (kb mail fetch tries at once)")
    elif is_late:
        parts.append("not fetched for a while: look whether the worker runs (kb worker)")
    is_well = not (found.trouble or is_late or late)
    return Check("incoming mail", "ok" if is_well else "degraded", "; ".join(parts))


def _late(found: State) -> list[str]:
    if found.piped_since is None or utc_now() - found.piped_since < PIPED_LATE:
        return []
    since = f"{found.piped_since:%Y-%m-%d %H:%M} UTC"
    advice = "look whether the worker runs (kb worker; kb mail fetch takes them in at once)"
    return [f"{found.piped} piped and not taken in since {since}: {advice}"]


def _held(found: State) -> list[str]:
    return [f"{found.held} to be looked at (/studio/mail)"] if found.held else []
