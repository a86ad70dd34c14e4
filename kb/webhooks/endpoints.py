"""The verbs of endpoints: add, change, give a new secret, test, remove. Each commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.audit.recording import record
from kb.db import db, utc_now
from kb.deliveries.models import Delivery
from kb.deliveries.queue import enqueue, new_event_id
from kb.deliveries.receivers import open_receiver
from kb.deliveries.replaying import forget
from kb.locales import settings
from kb.outbound.addresses import NotALink, receiver_of
from kb.sealing import seal, unseal
from kb.webhooks.events import EVENTS, KIND, TEST, envelope
from kb.webhooks.models import WebhookEndpoint
from kb.webhooks.signatures import new_secret

BOTH_HOLD = timedelta(days=1)  # that messages carry two signatures after a new secret
MAX_DESCRIPTION = 200  # characters


class WrongEndpoint(ValueError):
    """An endpoint cannot be like this; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An endpoint as somebody describes it; no events: all."""

    url: str
    description: str = ""
    events: Sequence[str] = ()

    def checked(self) -> "Wanted":
        """Return the same in the form that is stored; raises `NotALink` or `WrongEndpoint`."""
        unknown = [each for each in self.events if each not in EVENTS]
        if unknown:
            raise WrongEndpoint(f"no such event: {', '.join(unknown)[:200]}")
        address = receiver_of(self.url, frozenset(settings().private_hosts)).url
        chosen = [each for each in EVENTS if each in self.events]
        return Wanted(
            address,
            " ".join(self.description.split())[:MAX_DESCRIPTION],
            () if len(chosen) == len(EVENTS) else chosen,
        )


def add(wanted: Wanted, *, user_id: int | None = None) -> tuple[WebhookEndpoint, str]:
    """Return a new endpoint and its secret, which is shown this once."""
    checked, secret = wanted.checked(), new_secret()
    endpoint = WebhookEndpoint(
        url=checked.url,
        description=checked.description,
        events=list(checked.events),
        sealed_secret=seal(secret),
        created_by_id=user_id,
    )
    db.session.add(endpoint)
    db.session.flush()
    _record(endpoint, "added")
    db.session.commit()
    open_receiver(KIND, endpoint.id)
    return endpoint, secret


def change(endpoint: WebhookEndpoint, wanted: Wanted) -> None:
    """Give an endpoint another address, description, or other events."""
    checked = wanted.checked()
    endpoint.url, endpoint.description = checked.url, checked.description
    endpoint.events = list(checked.events)
    _record(endpoint, "changed")
    db.session.commit()


def renew_secret(endpoint: WebhookEndpoint, *, at: datetime | None = None) -> str:
    """Return a new secret; the one before signs beside it for a day."""
    secret = new_secret()
    endpoint.former_secret = endpoint.sealed_secret
    endpoint.former_until = (at or utc_now()) + BOTH_HOLD
    endpoint.sealed_secret = seal(secret)
    _record(endpoint, "secret")
    db.session.commit()
    return secret


def secrets_of(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """Return the secrets that hold, the newest first."""
    held = [endpoint.sealed_secret]
    if endpoint.former_secret and endpoint.former_until and endpoint.former_until > now:
        held.append(endpoint.former_secret)
    return [unseal(each) for each in held]


def send_test(endpoint: WebhookEndpoint) -> Delivery:
    """Have an endpoint sent a message that means nothing."""
    event_id = new_event_id()
    data = {"message": "Nothing has happened: somebody tries whether this arrives."}
    delivery = enqueue(
        KIND,
        endpoint.id,
        event=TEST,
        payload=envelope(TEST, event_id, data, utc_now()),
        event_id=event_id,
    )
    db.session.commit()
    return delivery


def remove(endpoint: WebhookEndpoint) -> None:
    """Tell an endpoint nothing any more; what waits for it is dropped."""
    _record(endpoint, "removed")
    forget(KIND, endpoint.id)
    db.session.delete(endpoint)
    db.session.commit()


def _record(endpoint: WebhookEndpoint, act: str) -> None:
    record(f"webhook.{act}", thing="webhook", thing_id=endpoint.id, label=endpoint.url)


__all__ = ["NotALink", "Wanted", "WrongEndpoint"]
