"""The keys with which the company's sites sign for their customers."""

import secrets
from collections.abc import Sequence

import structlog
from flask import has_request_context, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.audit.recording import record
from kb.customers.models import CustomerKey, KeyKind
from kb.customers.signatures import HS256, SECRET_BYTES, Key, public_key
from kb.db import db, utc_now
from kb.locales import settings
from kb.sealing import Unreadable, seal, unseal

MOST_VALID = 10  # each is tried for a token that names none

log = structlog.get_logger(__name__)


class TooManyKeys(RuntimeError):
    """As many keys are valid as may be: end one that no site uses any more."""


def site_addresses() -> frozenset[str]:
    """Return what a token may call this site, without final slashes."""
    own = settings().site_url.rstrip("/")
    if own:
        return frozenset({own})
    return frozenset({request.url_root.rstrip("/")}) if has_request_context() else frozenset()


def valid_keys(session: Session) -> list[Key]:
    """Return the keys that may vouch now; one that cannot be read any more is left out and logged."""
    rows = session.scalars(
        select(CustomerKey).where(CustomerKey.ended_at.is_(None)).order_by(CustomerKey.id)
    )
    found = []
    for row in rows:
        try:
            material = unseal(row.sealed_secret) if row.sealed_secret else row.public_key
        except Unreadable:
            log.warning("a key for customers cannot be read", key_id=row.key_id)
            continue
        found.append(Key(row.key_id, row.algorithm, material))
    return found


def all_keys() -> Sequence[CustomerKey]:
    """Return every key, those that still vouch first."""
    return db.session.scalars(
        select(CustomerKey).order_by(CustomerKey.ended_at.is_not(None), CustomerKey.id.desc())
    ).all()


def make_secret(name: str, *, by_id: int | None = None) -> tuple[CustomerKey, str]:
    """Add a shared secret and return it with its row; uncommitted, and never readable here again.

    Raises `TooManyKeys`.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = _added(
        CustomerKey(name=name, kind=KeyKind.SHARED, algorithm=HS256, sealed_secret=seal(secret)),
        by_id,
    )
    return row, secret


def add_public(name: str, text: str, *, by_id: int | None = None) -> CustomerKey:
    """Add the public key of a site, as PEM or JWK; uncommitted.

    Raises `NotAPublicKey` or `TooManyKeys`.
    """
    algorithm, pem = public_key(text)
    row = CustomerKey(name=name, kind=KeyKind.PUBLIC, algorithm=algorithm, public_key=pem)
    return _added(row, by_id)


def end(key: CustomerKey) -> None:
    """Let a key vouch no more; sessions that it opened end by themselves. Uncommitted."""
    if key.ended_at is None:
        key.ended_at = utc_now()
        key.sealed_secret = ""
        record("customer-key.ended", thing="customer-key", thing_id=key.id, label=key.name)


def _added(row: CustomerKey, by_id: int | None) -> CustomerKey:
    valid = [each for each in all_keys() if each.ended_at is None]
    if len(valid) >= MOST_VALID:
        raise TooManyKeys(f"{len(valid)} keys are valid")
    row.key_id = f"key_{secrets.token_hex(4)}"
    row.created_by_id = by_id
    db.session.add(row)
    db.session.flush()
    record(
        "customer-key.added",
        thing="customer-key",
        thing_id=row.id,
        label=row.name,
        algorithm=row.algorithm,
    )
    return row
