"""Webhooks by the API: what the studio's pages do, for programs that set themselves up."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, url_for
from marshmallow import fields, validate
from sqlalchemy import select

from kb.api import setup as api
from kb.api.idempotence import idempotent_secret
from kb.api.operations import blueprint, scoped
from kb.api.paging import Page, paged
from kb.api.problems import Problem, Wrong
from kb.api.schemas import Input, Moment, PageArguments, Schema, Text, choice, page_of
from kb.api.scopes import Scope
from kb.db import db
from kb.deliveries.models import Delivery
from kb.deliveries.receivers import open_receiver
from kb.deliveries.replaying import Erased, send_again
from kb.deliveries.words import State, in_state, state_of
from kb.locales import settings
from kb.outbound.addresses import MAX_URL, NotALink
from kb.webhooks import endpoints
from kb.webhooks.endpoints import MAX_DESCRIPTION, Wanted, WrongEndpoint
from kb.webhooks.events import EVENTS, KIND
from kb.webhooks.models import WebhookEndpoint

operations = blueprint(
    "webhooks", "Addresses that are told of what happens, signed by Standard Webhooks."
)
LOCATION = {
    "Location": {
        "description": "Where it can be read.",
        "schema": {"type": "string", "format": "uri"},
    }
}
_EVENT_NAMES = validate.OneOf(list(EVENTS))


class WebhookSchema(Schema):
    """An endpoint, without its secret."""

    id = fields.Integer()
    url = fields.String(metadata={"format": "uri", "example": "https://crm.example/hooks/kb"})
    description = fields.String()
    events = fields.List(
        fields.String(), metadata={"description": "What it hears of; empty: everything."}
    )
    is_paused = fields.Boolean(metadata={"description": "Messages wait, and none is lost."})
    paused_because = fields.String(
        metadata={"description": "Why the site itself stopped sending; empty where it did not."}
    )
    failing_since = Moment(allow_none=True)
    created_at = Moment()


class NewWebhookSchema(WebhookSchema):
    """A new endpoint, with its secret."""

    secret = fields.String(
        metadata={"description": "What messages are signed with. Shown this once, kept encrypted."}
    )


class WebhookSecretSchema(Schema):
    """A new secret."""

    secret = fields.String(metadata={"description": "Shown this once, kept encrypted."})
    former_until = Moment(
        metadata={"description": "Until then messages carry a signature of the one before too."}
    )


class WebhookInput(Input):
    """An endpoint as a program wants it."""

    url = Text(
        least=1, most=MAX_URL, required=True, metadata={"example": "https://crm.example/hooks"}
    )
    description = Text(most=MAX_DESCRIPTION, load_default="")
    events = fields.List(
        Text(most=60, validate=_EVENT_NAMES),
        load_default=list,
        validate=validate.Length(max=len(EVENTS)),
        metadata={
            "description": "What it wants to hear of; empty: everything, and what comes later."
        },
    )


class WebhookDeliverySchema(Schema):
    """One message to an endpoint."""

    id = fields.Integer()
    event = fields.String(metadata={"example": "article.published"})
    event_id = fields.String(
        metadata={"description": "The same at every try: the header webhook-id."}
    )
    state = choice(State)
    attempts = fields.Integer()
    status = fields.Integer(allow_none=True, metadata={"description": "Of HTTP, as last answered."})
    last_error = fields.String()
    payload = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    created_at = Moment()
    tried_at = Moment(allow_none=True)
    delivered_at = Moment(allow_none=True)


class DeliveryFilters(PageArguments):
    """Which messages are asked for."""

    state = choice(State, load_default=None, metadata={"description": "Those that stand so."})


@operations.get("/webhooks")
@scoped(Scope.WEBHOOKS_MANAGE)
@operations.arguments(PageArguments, location="query")
@operations.response(200, page_of(WebhookSchema))
def list_webhooks(asked: Mapping[str, Any]) -> Page[dict[str, Any]]:
    """List the endpoints, the oldest first."""
    return paged(select(WebhookEndpoint), (WebhookEndpoint.id,), asked, shown=_shown)


@operations.post("/webhooks")
@scoped(Scope.WEBHOOKS_MANAGE)
@idempotent_secret
@operations.arguments(WebhookInput)
@operations.response(201, NewWebhookSchema, headers=LOCATION)
def create_webhook(new: Mapping[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Add an endpoint. The answer holds its secret, which is never shown again."""
    try:
        endpoint, secret = endpoints.add(_wanted(new))
    except (NotALink, WrongEndpoint) as error:
        raise _refused(error) from error
    path = url_for("rest_webhooks.read_webhook", number=endpoint.id)
    address = settings().site_url.rstrip("/") + path
    if not settings().site_url:
        address = url_for("rest_webhooks.read_webhook", number=endpoint.id, _external=True)
    return {**_shown(endpoint), "secret": secret}, 201, {"Location": address}


@operations.get("/webhooks/<int:number>")
@scoped(Scope.WEBHOOKS_MANAGE)
@operations.etag
@operations.response(200, WebhookSchema)
def read_webhook(number: int) -> dict[str, Any]:
    """Read one endpoint."""
    return _shown(_found(number))


@operations.put("/webhooks/<int:number>")
@scoped(Scope.WEBHOOKS_MANAGE)
@operations.etag
@operations.arguments(WebhookInput)
@operations.response(200, WebhookSchema)
def change_webhook(new: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Give an endpoint another address, description, or other events."""
    endpoint = _unchanged(number)
    try:
        endpoints.change(endpoint, _wanted(new))
    except (NotALink, WrongEndpoint) as error:
        raise _refused(error) from error
    return _shown(endpoint)


@operations.delete("/webhooks/<int:number>")
@scoped(Scope.WEBHOOKS_MANAGE)
@operations.etag
@operations.response(204)
def delete_webhook(number: int) -> None:
    """Remove an endpoint; what waits for it is dropped."""
    endpoints.remove(_unchanged(number))


@operations.post("/webhooks/<int:number>/secret")
@scoped(Scope.WEBHOOKS_MANAGE)
@idempotent_secret
@operations.response(200, WebhookSecretSchema)
def renew_webhook_secret(number: int) -> dict[str, Any]:
    """Make a new secret. For a day messages carry signatures of both."""
    endpoint = _found(number)
    secret = endpoints.renew_secret(endpoint)
    return {"secret": secret, "former_until": endpoint.former_until}


@operations.post("/webhooks/<int:number>/test")
@scoped(Scope.WEBHOOKS_MANAGE)
@operations.response(202, WebhookDeliverySchema)
def send_webhook_test(number: int) -> dict[str, Any]:
    """Have an endpoint sent a message of the type `webhook.test`."""
    return _delivered(endpoints.send_test(_found(number)))


@operations.get("/webhooks/<int:number>/deliveries")
@scoped(Scope.WEBHOOKS_MANAGE)
@operations.arguments(DeliveryFilters, location="query")
@operations.response(200, page_of(WebhookDeliverySchema))
def list_webhook_deliveries(asked: Mapping[str, Any], number: int) -> Page[dict[str, Any]]:
    """List what was sent to an endpoint and what waits, the newest first."""
    query = select(Delivery).where(Delivery.kind == KIND, Delivery.target_id == _found(number).id)
    if asked["state"] is not None:
        query = query.where(in_state(asked["state"]))
    return paged(query, (Delivery.id,), asked, descending=True, shown=_delivered)


@operations.post("/webhooks/<int:number>/deliveries/<int:delivery>/replay")
@scoped(Scope.WEBHOOKS_MANAGE)
@operations.response(202, WebhookDeliverySchema)
@operations.refuses(409, "What the message said has been erased.")
def replay_webhook_delivery(number: int, delivery: int) -> dict[str, Any]:
    """Send a message again, under the same event id: at once, whether it has arrived or not."""
    found = db.session.get(Delivery, delivery)
    if found is None or found.kind != KIND or found.target_id != _found(number).id:
        raise Problem("not-found", "No message to this endpoint has this number.")
    try:
        return _delivered(send_again(found))
    except Erased:
        raise Problem("conflict", "What the message said has been erased since.") from None


def _wanted(new: Mapping[str, Any]) -> Wanted:
    return Wanted(new["url"].strip(), new["description"], tuple(new["events"]))


def _refused(error: Exception) -> Problem:
    detail = f"{error}. Use an address that begins with https:// on the public internet."
    return Problem("invalid", errors=[Wrong(detail, pointer="#/url")])


def _found(number: int) -> WebhookEndpoint:
    found = db.session.get(WebhookEndpoint, number)
    if found is None:
        raise Problem("not-found", "No webhook has this number.")
    return found


def _unchanged(number: int) -> WebhookEndpoint:
    """Return an endpoint that is as the caller saw it."""
    endpoint = _found(number)
    operations.check_etag(_shown(endpoint), WebhookSchema)
    return endpoint


def _shown(endpoint: WebhookEndpoint) -> dict[str, Any]:
    receiver = open_receiver(KIND, endpoint.id)
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": list(endpoint.events),
        "is_paused": receiver.paused_at is not None,
        "paused_because": receiver.paused_because,
        "failing_since": receiver.failing_since,
        "created_at": endpoint.created_at,
    }


def _delivered(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "event_id": delivery.event_id,
        "state": state_of(delivery),
        "attempts": delivery.attempts,
        "status": delivery.status,
        "last_error": delivery.last_error,
        "payload": delivery.payload,
        "created_at": delivery.created_at,
        "tried_at": delivery.tried_at,
        "delivered_at": delivery.delivered_at,
    }


def init_app(app: Flask) -> None:
    """Serve the operations."""
    api.register(app, operations)
