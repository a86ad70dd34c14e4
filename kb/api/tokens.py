"""Keys to the API: made, found again by their digest, revoked.

A key is 256 random bits. Nobody guesses that, however quickly a digest is calculated: the slow hashes
that passwords need would only make each request slow. So SHA-256 is what is kept.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session, scoped_session

from kb.api.models import ApiToken
from kb.api.scopes import Scope
from kb.audit.recording import record
from kb.db import db, utc_now

PREFIX = "kb_"  # by which a key that has leaked is recognised in a log or a repository
RANDOM_BYTES = 32
SHOWN_CHARACTERS = len(PREFIX) + 6  # enough to tell keys apart, worth nothing to a guesser
USE_EVERY = timedelta(minutes=1)  # the last use is kept to the minute, not written at each request
MAX_NAME_LENGTH = 100  # characters


class NoSuchScope(ValueError):
    """A key was to be allowed something that does not exist."""


def make(
    session: Session | scoped_session[Any],
    name: str,
    scopes: Iterable[Scope],
    *,
    expires_at: datetime | None = None,
    created_by_id: int | None = None,
    by: str = "",
) -> tuple[ApiToken, str]:
    """Return a new key and its text, which is shown once and kept nowhere; uncommitted."""
    text = PREFIX + secrets.token_urlsafe(RANDOM_BYTES)
    token = ApiToken(
        name=name.strip()[:MAX_NAME_LENGTH],
        beginning=text[:SHOWN_CHARACTERS],
        digest=digest_of(text),
        scopes=sorted({scope.value for scope in scopes}),
        expires_at=expires_at,
        created_by_id=created_by_id,
    )
    session.add(token)
    session.flush()
    record(
        "api-key.made",
        thing="api-key",
        thing_id=token.id,
        label=token.name,
        by=by,
        scopes=token.scopes,
    )
    return token, text


def digest_of(text: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def scopes_from(names: Iterable[str]) -> list[Scope]:
    """Return the scopes with these names; raises `NoSuchScope`."""
    try:
        return [Scope(name) for name in names]
    except ValueError as error:
        known = ", ".join(Scope)
        raise NoSuchScope(f"{error}: choose among {known}") from None


def find(text: str, *, at: datetime | None = None) -> ApiToken | None:
    """Return the key with this text if it still opens something."""
    if not text.startswith(PREFIX):
        return None
    now = at or utc_now()
    return db.session.scalar(valid(now).where(ApiToken.digest == digest_of(text)))


def valid(at: datetime) -> Select[ApiToken]:
    """Select the keys that are neither revoked nor expired."""
    return select(ApiToken).where(
        ApiToken.revoked_at.is_(None), or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > at)
    )


def everyone() -> Select[ApiToken]:
    """Select all keys, those that open something first, the newest first."""
    return select(ApiToken).order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())


def note_use(token: ApiToken, *, at: datetime | None = None) -> None:
    """Remember when a key was last used, to the minute; committed where it is written at all.

    In a transaction of its own: what the request does may be rolled back, the use has happened.
    """
    now = at or utc_now()
    if token.used_at is not None and now - token.used_at < USE_EVERY:
        return
    with db.engine.begin() as connection:
        connection.execute(
            update(ApiToken)
            .where(ApiToken.id == token.id)
            .values(used_at=now.replace(second=0, microsecond=0))
        )


def revoke(token: ApiToken, *, by: str = "", at: datetime | None = None) -> None:
    """Let a key open nothing any more, from this moment; uncommitted."""
    if token.revoked_at is not None:
        return
    token.revoked_at = at or utc_now()
    record("api-key.revoked", thing="api-key", thing_id=token.id, label=token.name, by=by)
