"""Find a customer: by what the company calls them, by their address or their name."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select

from feedback.privacy.holdings import Person
from kb.customers.models import Customer
from kb.db import db


def by_reference(reference: str) -> Customer | None:
    """Return the customer whom the company calls so."""
    return db.session.scalar(select(Customer).where(Customer.reference == reference))


def customers(words: str, limit: int) -> tuple[Sequence[Customer], int]:
    """Return the customers that some words name, those seen last first, and how many there are."""
    query = _matching(words)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(Customer.seen_at.desc(), Customer.id.desc()).limit(limit)
    return db.session.scalars(newest).all(), total


def _matching(words: str) -> Select[Customer]:
    query = select(Customer)
    if not words:
        return query
    pattern = f"%{_escaped(words.lower())}%"
    columns = (Customer.reference, Customer.email, Customer.name)
    return query.where(or_(*(func.lower(each).like(pattern, escape="\\") for each in columns)))


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def person_of(customer: Customer) -> Person:
    """Return whom the site's privacy tools look for."""
    return Person(email=customer.email, customer_id=customer.id)
