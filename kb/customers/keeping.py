"""Take a token: check it against the company's keys, and keep the customer that it names."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.customers.claims import Claims, Flaw, Refused
from kb.customers.keys import site_addresses, valid_keys
from kb.customers.models import Customer, CustomerKey, UsedToken
from kb.customers.signatures import read
from kb.db import db, utc_now

SEEN_EVERY = timedelta(minutes=5)  # a widget sends its token with each request


def take(token: str, *, once: bool = False, now: datetime | None = None) -> int:
    """Return the id of the customer whom a token names, kept from now on; raises `Refused`.

    With `once` the token opens this door for the first and the last time: it may lie in histories and
    logs. Writes in a transaction of its own.
    """
    moment = now or utc_now()
    with Session(db.engine, expire_on_commit=False) as session:
        vouched = read(token, valid_keys(session), now=moment, sites=site_addresses())
    work = (token if once else "", vouched.claims, vouched.key_id, moment)
    try:
        return _kept(*work)
    except IntegrityError:  # the same customer came at the same moment: now the row is there
        return _kept(*work)


def _kept(token: str, claims: Claims, key_id: str, now: datetime) -> int:
    with Session(db.engine) as session, session.begin():
        if token:
            _use_up(session, token, claims.expires_at, now)
        customer = _row(session, claims, now)
        key = session.scalar(select(CustomerKey).where(CustomerKey.key_id == key_id))
        if key is not None and (key.used_at is None or now - key.used_at > SEEN_EVERY):
            key.used_at = now
        session.flush()
        return customer.id


def _use_up(session: Session, token: str, expires_at: datetime, now: datetime) -> None:
    session.execute(delete(UsedToken).where(UsedToken.expires_at < now - SEEN_EVERY))
    digest = hashlib.sha256(token.encode()).hexdigest()
    if session.scalar(select(UsedToken.id).where(UsedToken.digest == digest)) is not None:
        raise Refused(Flaw.USED)
    session.add(UsedToken(digest=digest, expires_at=expires_at))


def _row(session: Session, claims: Claims, now: datetime) -> Customer:
    """Return the customer, as the newest token names them; what it leaves out stays."""
    customer = session.scalar(select(Customer).where(Customer.reference == claims.reference))
    if customer is None:
        customer = Customer(reference=claims.reference, created_at=now, seen_at=now)
        session.add(customer)
    for name in ("email", "name", "locale", "plan"):
        said = getattr(claims, name)
        if said and said != getattr(customer, name):
            setattr(customer, name, said)
    if now - customer.seen_at > SEEN_EVERY:
        customer.seen_at = now
    return customer
