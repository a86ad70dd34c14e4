"""What is said of deliveries."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import ColumnElement, and_

from kb.deliveries.models import Delivery
from kb.deliveries.receivers import is_waiting


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    REFUSED = "refused"
    GIVEN_UP = "given-up"
    DELIVERED = "delivered"


STATES: Mapping[State, LazyString] = {
    State.WAITING: _l("waits"),
    State.REFUSED: _l("refused, tried again"),
    State.GIVEN_UP: _l("given up"),
    State.DELIVERED: _l("arrived"),
}
# Words of the fetcher, for people. What a receiver says itself is shown as it is.
REASONS: Mapping[str, LazyString] = {
    "timeout": _l("no answer in time"),
    "no-host": _l("no such name on the internet"),
    "private": _l("an address of a private network: an operator can name it in KB_PRIVATE_HOSTS"),
    "certificate": _l("its certificate is not valid"),
    "chain": _l("a certificate between its own and a known one is missing"),
    "encryption": _l("it speaks no encryption that is safe today"),
    "connection": _l("no connection"),
    "protocol": _l("it does not speak HTTP"),
}


def state_of(delivery: Delivery) -> State:
    """Return where a delivery stands."""
    if delivery.delivered_at is not None:
        return State.DELIVERED
    if delivery.given_up_at is not None:
        return State.GIVEN_UP
    return State.REFUSED if delivery.is_aside else State.WAITING


def in_state(state: State) -> ColumnElement[bool]:
    """Tell the deliveries that stand so."""
    conditions = {
        State.WAITING: and_(is_waiting(), Delivery.is_aside.is_(False)),
        State.REFUSED: and_(is_waiting(), Delivery.is_aside.is_(True)),
        # The index begins with what was delivered, which is nearly all.
        State.GIVEN_UP: and_(Delivery.delivered_at.is_(None), Delivery.given_up_at.is_not(None)),
        State.DELIVERED: Delivery.delivered_at.is_not(None),
    }
    return conditions[state]


def reason_in_words(reason: str) -> str:
    """Return why something was not taken, for people."""
    known = REASONS.get(reason)
    return str(known) if known else reason
