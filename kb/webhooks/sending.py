"""Send a message to an endpoint, signed."""

from kb.db import db, utc_now
from kb.deliveries.outcomes import Gone, NotTaken
from kb.deliveries.posting import ask, body_of
from kb.deliveries.queue import Address, Message, page_of
from kb.sealing import Unreadable
from kb.webhooks.endpoints import secrets_of
from kb.webhooks.models import WebhookEndpoint
from kb.webhooks.signatures import headers


def send(message: Message) -> int:
    """Return the status of an endpoint that has taken a message; raises `outcomes.NotTaken`."""
    endpoint = db.session.get(WebhookEndpoint, message.target_id)
    if endpoint is None:
        raise Gone("the endpoint was removed")
    try:
        held, url = secrets_of(endpoint, utc_now()), endpoint.url
    except Unreadable as error:
        raise NotTaken(str(error)) from error
    body = body_of(message.payload)
    db.session.rollback()  # no transaction stays open while the other side takes its time
    sent = {"Content-Type": "application/json", **headers(held, message.event_id, body, utc_now())}
    return ask("POST", url, headers=sent, content=body).status


def address_of(endpoint_id: int) -> Address | None:
    """Return what a page says of an endpoint."""
    found = db.session.get(WebhookEndpoint, endpoint_id)
    if found is None:
        return None
    page = page_of("webhooks.endpoint", number=found.id)
    return Address(found.description or found.url, found.url, page)
