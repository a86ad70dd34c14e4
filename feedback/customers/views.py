"""The pages of customers in the studio: find one, see what they did, take or erase what is held."""

from datetime import datetime
from http import HTTPStatus
from itertools import groupby

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user

from feedback.customers import api, parting
from feedback.customers.finding import by_reference, customers
from feedback.customers.history import Kind, Place, history
from feedback.customers.words import HELD, KINDS, OTHER, SURVEYS
from feedback.days import day_of
from feedback.labels import CHANNELS, OUTCOMES, REASONS
from feedback.models import Reason
from feedback.outcomes import Outcome
from feedback.privacy.erasing import EventsWait
from feedback.requests.resolving import State
from feedback.requests.words import STATES
from kb.accounts.freshness import fresh
from kb.api.setup import register
from kb.caching import private
from kb.customers.models import Customer
from kb.formats import shown_time
from kb.rights import Right, holds, requires
from kb.signing import NotSigned, Signed

PAGE_SIZE = 50
MOST_LISTED = 50
MAX_WORDS = 200  # characters of what is looked for
PLACES = Signed("feedback.customers")  # in the list of what a customer did

blueprint = Blueprint(
    "customers", __name__, url_prefix="/studio/customers", template_folder="../templates"
)


@blueprint.get("")
@requires(Right.ANSWER_REQUESTS)
def listing() -> Response:
    """List the customers seen last, or those that some words name."""
    words = " ".join(request.args.get("q", "").replace("\0", " ").split())[:MAX_WORDS]
    found, total = customers(words, MOST_LISTED)
    html = render_template(
        "feedback/customers/listing.html", words=words, customers=found, total=total
    )
    return private(html)


@blueprint.get("/<reference>/export")
@requires(Right.ERASE_CUSTOMERS)
@fresh
def export(reference: str) -> ResponseReturnValue:
    """Give all that is held of a customer as a file."""
    customer = _customer(reference)
    answer = make_response(parting.archive_of(customer))
    answer.mimetype = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="customer-{customer.id}.zip"'
    return private(answer)


@blueprint.get("/<reference>/erase")
@requires(Right.ERASE_CUSTOMERS)
def ask_to_erase(reference: str) -> Response:
    """Say what would be erased, and ask."""
    return _erasure(_customer(reference))


def _erasure(customer: Customer, refusal: str = "", status: HTTPStatus | None = None) -> Response:
    counts = parting.counted(customer)
    shown = [(words, counts[name]) for name, words in HELD.items() if name in counts]
    others = sum(count for name, count in counts.items() if name not in HELD)
    html = render_template(
        "feedback/customers/erase.html",
        customer=customer,
        counts=[*shown, *([(OTHER, others)] if others else [])],
        refusal=refusal,
    )
    return private(html, status)


@blueprint.post("/<reference>/erase")
@requires(Right.ERASE_CUSTOMERS)
@fresh
def erase(reference: str) -> ResponseReturnValue:
    """Erase all that is held of a customer, once their reference was typed."""
    customer = _customer(reference)
    if request.form.get("reference", "").strip() != customer.reference:
        refusal = _("This is not the reference of this customer. Nothing was erased.")
        return _erasure(customer, refusal, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        erased = sum(parting.forget(customer).values())
    except EventsWait:
        refusal = _("The database is busy. Nothing was erased: try again in a moment.")
        return _erasure(customer, refusal, HTTPStatus.SERVICE_UNAVAILABLE)
    flash(
        ngettext(
            "Erased for good: %(num)s row. Earlier backups still hold it.",
            "Erased for good: %(num)s rows. Earlier backups still hold them.",
            erased,
        ),
        "done",
    )
    return redirect(url_for(".listing"))


@blueprint.get("/<reference>")
@requires(Right.ANSWER_REQUESTS)
def one(reference: str) -> Response:
    """Show what a customer did, the newest first."""
    customer = _customer(reference)
    entries, following = history(
        customer, before=_place(request.args.get("before", "")), limit=PAGE_SIZE
    )
    html = render_template(
        "feedback/customers/one.html",
        customer=customer,
        days=[(day, list(some)) for day, some in groupby(entries, lambda each: day_of(each.at))],
        clock=shown_time,
        following=_token(following) if following else "",
        is_first="before" not in request.args,
        may_part=holds(current_user, Right.ERASE_CUSTOMERS),
        KINDS=KINDS,
        CHANNELS=CHANNELS,
        SURVEYS=SURVEYS,
        outcome_words={each.value: OUTCOMES[each] for each in Outcome},
        reason_words={each.value: REASONS[each] for each in Reason},
        state_words={each.value: STATES[each] for each in State},
    )
    return private(html)


def _customer(reference: str) -> Customer:
    found = by_reference(reference) if "\0" not in reference else None
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _token(place: Place) -> str:
    return PLACES.text([place.at.isoformat(), place.kind.value, place.number])


def _place(token: str) -> Place | None:
    """Return the place that an address names; the beginning where it names none."""
    try:
        at, kind, number = PLACES.read(token)
    except NotSigned:
        return None
    return Place(datetime.fromisoformat(at), Kind(kind), int(number))


def init_app(app: Flask) -> None:
    """Serve the pages and the part of the API."""
    app.register_blueprint(blueprint)
    register(app, api.operations)
