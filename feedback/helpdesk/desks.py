"""Which program speaks with which help desk."""

from collections.abc import Callable, Mapping

from feedback.helpdesk.freshdesk import Freshdesk
from feedback.helpdesk.models import DeskKind, HelpDesk
from feedback.helpdesk.service import Access, Desk
from feedback.helpdesk.zammad import Zammad
from feedback.helpdesk.zendesk import Zendesk
from kb.sealing import unseal

APIS: Mapping[DeskKind, Callable[[Access], Desk]] = {
    DeskKind.ZENDESK: Zendesk,
    DeskKind.FRESHDESK: Freshdesk,
    DeskKind.ZAMMAD: Zammad,
}


def access_to(kept: HelpDesk) -> Access:
    """Return how a help desk is reached; raises `sealing.Unreadable`."""
    return Access(
        address=kept.address.rstrip("/"),
        user=kept.user,
        key=unseal(kept.sealed_key) if kept.sealed_key else "",
        options=dict(kept.options),
    )


def secret_of(kept: HelpDesk) -> str:
    """Return what messages both ways are signed with; raises `sealing.Unreadable`."""
    return unseal(kept.sealed_secret)


def foreign_secret_of(kept: HelpDesk) -> str:
    """Return what the desk itself signs with, empty where nobody has entered it."""
    return unseal(kept.sealed_foreign_secret) if kept.sealed_foreign_secret else ""
