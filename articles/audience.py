"""Who reads: everybody, a customer who is known, or somebody of the staff.

A customer is known who has signed in, or whom a signed token of the company's own site has named.

Public answers are the same bytes for everyone who has not signed in. What is made for somebody who
has must be kept by no cache: `articles.views.public_page` sees to both.
"""

from flask import g, has_request_context
from flask_security import current_user

from articles.models import Audience
from kb.customers.models import Customer
from kb.customers.present import current_customer
from kb.rights import Right, holds


def reader() -> Audience:
    """Return the widest audience that the person who asks belongs to; outside a request, everyone."""
    if not has_request_context():
        return Audience.EVERYONE
    found: Audience | None = g.get("reader")
    if found is None:
        found = g.reader = _audience_of_person()
    return found


def _audience_of_person() -> Audience:
    if not current_user.is_authenticated:
        return Audience.CUSTOMERS if current_customer() else Audience.EVERYONE
    return Audience.STAFF if holds(current_user, Right.READ_STUDIO) else Audience.CUSTOMERS


def known_customer() -> Customer | None:
    """Return the customer whom a page may name; what names them is made for them, kept by no cache."""
    return current_customer() if reader() is not Audience.EVERYONE else None


def readable_by(reader: Audience) -> tuple[Audience, ...]:
    """Return the audiences whose articles a reader may read."""
    ranked = tuple(Audience)
    return ranked[: ranked.index(reader) + 1]
