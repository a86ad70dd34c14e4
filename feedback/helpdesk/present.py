"""The help desk in use, as the rest of the program asks for it."""

from dataclasses import dataclass

from sqlalchemy import select

from feedback.helpdesk.models import DeskKind, HelpDesk
from feedback.requests.models import ContactRequest, RequestMessage
from kb.db import db
from kb.deliveries.models import Delivery

KIND = "help-desk"  # of deliveries
FILES = "help-desk-files"  # of those that bring files back
MESSAGE = "request_message"  # the thing that they are about
OPENED = "request.opened"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request lives, where the company keeps a help desk of its own.

    `is_waiting`: it has not arrived there yet; `trouble` is then what was answered last.
    """

    name: str
    url: str
    reference: str
    is_waiting: bool
    trouble: str = ""


def desk() -> HelpDesk | None:
    """Return the help desk in use, None where requests are answered here."""
    return db.session.scalar(select(HelpDesk).where(HelpDesk.is_active).order_by(HelpDesk.id))


def keeps_requests() -> bool:
    """Tell whether requests are answered in another program."""
    return desk() is not None


def mail_desk() -> str:
    """Return the address of a help desk that takes requests by e-mail, empty where it takes none so."""
    kept = desk()
    return kept.address if kept and kept.kind is DeskKind.EMAIL else ""


def is_desk_address(address: str) -> bool:
    """Tell whether a mail comes from the help desk: from its address, or from its domain."""
    kept = mail_desk().lower()
    domain = kept.rpartition("@")[2]
    return bool(kept) and address.lower().rpartition("@")[2] == domain


def where(request: ContactRequest) -> Place | None:
    """Return where a request lives outside of this site, None where it is answered here."""
    delivery = db.session.scalar(
        select(Delivery)
        .where(
            Delivery.kind == KIND,
            Delivery.thing == "request",
            Delivery.thing_id == request.id,
            Delivery.event == OPENED,
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    )
    if delivery is None and not request.external_reference:
        return None
    kept = db.session.get(HelpDesk, delivery.target_id) if delivery else desk()
    waits = delivery is not None and delivery.delivered_at is None
    return Place(
        name=kept.name if kept else "",
        url=request.external_url,
        reference=request.external_reference,
        is_waiting=waits,
        trouble=delivery.last_error if delivery and waits else "",
    )


def is_told_elsewhere(message: RequestMessage) -> bool:
    """Tell whether the help desk that wrote an answer sends it to the customer itself.

    Where it is so, no mail of ours repeats it.
    """
    kept = desk()
    return message.external_id is not None and bool(
        kept is None or kept.options.get("tells_customers", True)
    )


def messages_with_files_to_come(request: ContactRequest) -> frozenset[int]:
    """Return the numbers of the messages whose files have not been asked for yet."""
    query = (
        select(Delivery.thing_id)
        .join(RequestMessage, RequestMessage.id == Delivery.thing_id)
        .where(
            Delivery.kind == FILES,
            Delivery.thing == MESSAGE,
            RequestMessage.request_id == request.id,
            Delivery.delivered_at.is_(None),
            Delivery.given_up_at.is_(None),
            Delivery.attempts == 0,
        )
    )
    return frozenset(each for each in db.session.scalars(query) if each is not None)
