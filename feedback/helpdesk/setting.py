"""The verbs of help desks: connect one, change it, let go of it. Each commits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from feedback.helpdesk.desks import APIS, access_to
from feedback.helpdesk.leaving import hand_over
from feedback.helpdesk.models import DeskKind, HelpDesk
from feedback.helpdesk.present import FILES, KIND
from feedback.requests.models import ContactRequest
from kb.audit.recording import record
from kb.db import db
from kb.deliveries.models import Delivery
from kb.deliveries.receivers import open_receiver
from kb.deliveries.replaying import forget
from kb.locales import settings
from kb.mail.addresses import NotSendable, checked_address
from kb.outbound.addresses import NotALink, receiver_of
from kb.sealing import seal
from kb.webhooks.signatures import new_secret

NAMES: Mapping[DeskKind, str] = {
    DeskKind.ZENDESK: "Zendesk",
    DeskKind.FRESHDESK: "Freshdesk",
    DeskKind.ZAMMAD: "Zammad",
}
MAX_NAME = 80  # characters
MAX_KEY = 2_000
MAX_TAGS = 20
_TAG = re.compile(r"[\w.:-]{1,60}")
_FIELD = re.compile(r"\s*([\w.-]{1,80})\s*=\s*([\w.-]{1,80})\s*")


@dataclass(frozen=True, slots=True)
class Wish:
    """A help desk as somebody describes it; empty secrets leave those that are kept."""

    kind: DeskKind
    name: str = ""
    address: str = ""
    user: str = ""
    key: str = ""
    foreign_secret: str = ""
    tags: str = ""
    fields: str = ""
    group: str = ""
    tells_customers: bool = True
    problems: Mapping[str, str] = field(default_factory=dict)


def wish_of(kept: HelpDesk) -> Wish:
    """Return a kept help desk as its form shows it, without its secrets."""
    options = kept.options
    return Wish(
        kind=kept.kind,
        name=kept.name,
        address=kept.address,
        user=kept.user,
        tags=", ".join(options.get("tags", ())),
        fields="\n".join(
            f"{ours} = {theirs}" for ours, theirs in options.get("fields", {}).items()
        ),
        group=options.get("group", ""),
        tells_customers=options.get("tells_customers", True),
    )


def problems(wish: Wish, kept: HelpDesk | None) -> dict[str, str]:
    """Return what is wrong with a wish, by field, in the language of its reader."""
    found: dict[str, str] = {}
    if trouble := _address_trouble(wish):
        found["address"] = trouble
    if wish.kind is DeskKind.ZENDESK and "@" not in wish.user:
        found["user"] = _("Enter the e-mail address of the agent whose token this is.")
    is_kept = kept is not None and kept.kind is wish.kind and bool(kept.sealed_key)
    if wish.kind in APIS and not wish.key and not is_kept:
        found["key"] = _("Enter the token.")
    if _tags(wish.tags) is None:
        found["tags"] = _("Tags are single words, separated by commas; 20 at most.")
    if _fields(wish.fields) is None:
        found["fields"] = _("Write one field a line, as in: order = 360001234567")
    return found


def _address_trouble(wish: Wish) -> str:
    try:
        if wish.kind is DeskKind.EMAIL:
            checked_address(wish.address)
        else:
            receiver_of(wish.address, frozenset(settings().private_hosts))
    except NotSendable:
        return str(_("This is not an e-mail address."))
    except NotALink as error:
        return str(
            _(
                "This address cannot be used: %(reason)s. It begins with https://; machines of your "
                "own network must be named in KB_PRIVATE_HOSTS.",
                reason=error,
            )
        )
    return ""


def _tags(text: str) -> list[str] | None:
    tags = [each.strip() for each in text.split(",") if each.strip()]
    return tags if len(tags) <= MAX_TAGS and all(map(_TAG.fullmatch, tags)) else None


def _fields(text: str) -> dict[str, str] | None:
    lines = [each for each in text.splitlines() if each.strip()]
    found = [_FIELD.fullmatch(each) for each in lines]
    if not all(found):
        return None
    return {each[1]: each[2] for each in found if each}


def _options(wish: Wish) -> dict[str, Any]:
    return {
        "tags": _tags(wish.tags) or [],
        "fields": _fields(wish.fields) or {},
        "group": " ".join(wish.group.split())[:MAX_NAME],
        "tells_customers": wish.tells_customers,
    }


def connect(wish: Wish) -> tuple[HelpDesk, str]:
    """Return the help desk that requests go to from now on, and its secret, shown this once.

    The wish has no problems. One that was in use before is let go of.
    """
    for former in db.session.scalars(select(HelpDesk).where(HelpDesk.is_active)):
        _retire(former)
    secret = new_secret()
    kept = HelpDesk(kind=wish.kind, name="", address="", sealed_secret=seal(secret))
    _write(kept, wish)
    db.session.add(kept)
    db.session.flush()
    _record(kept, "connected")
    db.session.commit()
    if kept.kind is not DeskKind.EMAIL:
        open_receiver(KIND, kept.id)
    return kept, secret


def change(kept: HelpDesk, wish: Wish) -> None:
    """Change a help desk of the same kind."""
    _write(kept, wish)
    _record(kept, "changed")
    db.session.commit()


def _write(kept: HelpDesk, wish: Wish) -> None:
    name = " ".join(wish.name.split())[:MAX_NAME]
    if wish.kind is DeskKind.EMAIL:
        kept.address = checked_address(wish.address)
    else:
        private = frozenset(settings().private_hosts)
        kept.address = receiver_of(wish.address, private).url
        if wish.kind in APIS:
            kept.address = kept.address.rstrip("/")
    kept.name = name or NAMES.get(wish.kind) or kept.address
    kept.user, kept.options = wish.user.strip(), _options(wish)
    if wish.key:
        kept.sealed_key = seal(wish.key.strip())
    if wish.foreign_secret:
        kept.sealed_foreign_secret = seal(wish.foreign_secret.strip())


def renew_secret(kept: HelpDesk) -> str:
    """Return a new secret for messages both ways; the one before holds no longer."""
    secret = new_secret()
    kept.sealed_secret = seal(secret)
    _record(kept, "secret")
    db.session.commit()
    return secret


def let_go(kept: HelpDesk) -> None:
    """Answer requests here again; what has not left yet stays here."""
    _retire(kept)
    db.session.commit()


def _retire(kept: HelpDesk) -> None:
    kept.is_active = False
    forget(KIND, kept.id)
    forget(FILES, kept.id)
    _record(kept, "removed")


def try_out(kept: HelpDesk) -> str:
    """Return who an API takes the site for, empty of other desks; raises `NotTaken`."""
    make = APIS.get(kept.kind)
    if make is None:
        return ""
    access = access_to(kept)
    db.session.rollback()
    return make(access).try_out()


def left_here(kept: HelpDesk) -> Sequence[ContactRequest]:
    """Return the open requests that have never been sent to the desk."""
    sent = select(Delivery.thing_id).where(
        Delivery.kind == KIND, Delivery.target_id == kept.id, Delivery.thing == "request"
    )
    return db.session.scalars(
        select(ContactRequest)
        .where(
            ContactRequest.resolved_at.is_(None),
            ContactRequest.answered_at.is_(None),
            ContactRequest.is_bot.is_(False),
            ContactRequest.is_staff.is_(False),
            ContactRequest.external_reference == "",
            ContactRequest.id.not_in(sent),
        )
        .order_by(ContactRequest.id)
    ).all()


def send_left(kept: HelpDesk) -> int:
    """Send on what was open before the desk was connected; return how many."""
    waiting = left_here(kept)
    for each in waiting:
        hand_over(each, kept)
    db.session.commit()
    return len(waiting)


def _record(kept: HelpDesk, act: str) -> None:
    record(f"help-desk.{act}", thing="help-desk", thing_id=kept.id, label=kept.name)
