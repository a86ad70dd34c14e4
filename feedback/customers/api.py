"""A customer for the company's other programs: what they did, what is held of them, and its end."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from feedback.customers import parting
from feedback.customers.finding import by_reference
from feedback.customers.history import Entry, Kind, Place, history
from feedback.models import Channel
from feedback.privacy.erasing import EventsWait
from kb.api.operations import blueprint, scoped
from kb.api.paging import Page, page_after, place_in
from kb.api.problems import Problem
from kb.api.schemas import Moment, PageArguments, Schema, choice, is_text, page_of
from kb.api.scopes import Scope
from kb.customers.models import Customer

BUSY_SECONDS = "5"
NOBODY = "No token has ever named a customer of this reference, or they have been erased."

operations = blueprint("customers", "Customers whom signed tokens have named.")


class CustomerSchema(Schema):
    """Somebody whom a signed token named."""

    reference = fields.String(metadata={"description": "As the company calls them (`sub`)."})
    name = fields.String()
    email = fields.String()
    locale = fields.String()
    plan = fields.String()
    known_since = Moment(attribute="created_at")
    seen_at = Moment(metadata={"description": "When a token last named them."})


class EntrySchema(Schema):
    """One thing that a customer did, or was told."""

    kind = choice(Kind)
    at = Moment()
    channel = choice(Channel, allow_none=True)
    locale = fields.String()
    words = fields.String(metadata={"description": "Their own: a query, a message, a comment."})
    title = fields.String(metadata={"description": "Of the article, request or notice."})
    state = fields.String(
        metadata={
            "description": "What became of it: the outcome of a search, the state of a request, `yes` "
            "or `no` of a vote, the name of a survey."
        }
    )
    reference = fields.String(metadata={"description": "Of a request."})
    seconds = fields.Integer(allow_none=True, metadata={"description": "For which they read."})
    score = fields.Integer(allow_none=True, metadata={"description": "Given in a survey."})


class HeldSchema(Schema):
    """All that is held of a customer."""

    customer = fields.Nested(CustomerSchema)
    held = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Dict(keys=fields.String())),
        metadata={"description": "Every row, by the name of its table."},
    )


class ErasedSchema(Schema):
    """What was erased."""

    erased = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "How many rows, by the name of their table."},
    )


@operations.get("/customers/<reference>")
@scoped(Scope.CUSTOMERS_READ)
@operations.etag
@operations.response(200, CustomerSchema)
def read_customer(reference: str) -> Customer:
    """Read who a customer is, as the newest token said."""
    return _customer(reference)


@operations.get("/customers/<reference>/timeline")
@scoped(Scope.CUSTOMERS_READ)
@operations.arguments(PageArguments, location="query")
@operations.response(200, page_of(EntrySchema))
def read_customer_timeline(asked: Mapping[str, Any], reference: str) -> Page[Entry]:
    """Read what a customer did and was told, the newest first.

    Searches, articles read, votes with their comments, requests with their state, answers to surveys
    and notices, each with the channel that it came through.
    """
    customer = _customer(reference)
    values = place_in(asked, 3)
    before = Place(values[0], Kind(values[1]), int(values[2])) if values else None
    entries, following = history(customer, before=before, limit=asked["limit"])
    last = (following.at, following.kind.value, following.number) if following else None
    return page_after(entries, last)


@operations.get("/customers/<reference>/export")
@scoped(Scope.CUSTOMERS_WRITE)
@operations.response(200, HeldSchema)
def export_customer(reference: str) -> dict[str, Any]:
    """Take all that is held of a customer, as the law lets them ask for it.

    Needs `customers:write`, as it is more than programs need day by day; the audit log notes it.
    """
    customer = _customer(reference)
    return {"customer": customer, "held": parting.held_of(customer)}


@operations.delete("/customers/<reference>")
@scoped(Scope.CUSTOMERS_WRITE)
@operations.response(200, ErasedSchema)
@operations.refuses(503, "The database is busy: nothing was erased.")
def erase_customer(reference: str) -> dict[str, Any]:
    """Erase all that is held of a customer, for good: figures are added up without them.

    A token that names them again begins anew. What went to other programs is not erased there.
    """
    customer = _customer(reference)
    try:
        return {"erased": parting.forget(customer)}
    except EventsWait:
        raise Problem("unavailable", headers={"Retry-After": BUSY_SECONDS}) from None


def _customer(reference: str) -> Customer:
    found = by_reference(reference) if is_text(reference) else None
    if found is None:
        raise Problem("not-found", NOBODY)
    return found
