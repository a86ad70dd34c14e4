"""Lock an account for a while when its password or its codes are guessed at.

The count stands in the database, so that it holds for every process and every address the guesses come
from. A lock never lasts: it ends by itself, by the link that sets a new password, by a passkey, or by
an administrator; so nobody can shut the only administrator out. While it lasts no guess is counted.
"""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_security import user_failed_authn
from sqlalchemy import update

from kb.accounts import letters
from kb.accounts.models import User
from kb.accounts.noting import note
from kb.db import db, utc_now

REFUSALS_BEFORE_LOCK = 10  # a person rarely mistypes ten times
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(days=1)


def lock_after(refusals: int) -> timedelta | None:
    """Return how long the account is locked by its `refusals`-th wrong password in a row.

    Each tenth locks, twice as long as the one before, up to a day.
    """
    times, rest = divmod(refusals, REFUSALS_BEFORE_LOCK)
    if rest or not times:
        return None
    doubled: timedelta = FIRST_LOCK * 2 ** min(times - 1, 10)
    return min(doubled, LONGEST_LOCK)


def refuse(user: User) -> None:
    """Count a wrong password or code; lock the account when it is one too many. Committed."""
    if user.is_closed_for_now:
        return
    db.session.execute(
        update(User)
        .where(User.id == user.id)
        .values(refusals=User.refusals + 1)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(user, ["refusals"])
    duration = lock_after(user.refusals)
    if duration is not None:
        user.locked_until = utc_now() + duration
        minutes = int(duration.total_seconds() // 60)
        note("account.locked", user, by="kb", minutes=minutes)
        if user.refusals == REFUSALS_BEFORE_LOCK:  # told once, not at each doubling
            letters.send_locked(user, user.locked_until)
    db.session.commit()


def forgive(user: User) -> None:
    """Forget the wrong passwords, and open a lock."""
    if user.refusals or user.locked_until:
        user.refusals, user.locked_until = 0, None


def init_app(app: Flask) -> None:
    """Count what Flask-Security refuses."""

    def on_refusal(_app: Flask, user: User, **_more: Any) -> None:
        refuse(user)

    user_failed_authn.connect(on_refusal, app, weak=False)
