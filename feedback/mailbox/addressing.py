"""Under which addresses and names the messages of a thread leave, so that answers find their way back."""

import secrets
from email.utils import parseaddr

from flask import current_app

from feedback.mailbox.tokens import Claim, claims_in, token_of
from kb.config import Settings
from kb.locales import settings
from kb.mail.addresses import domain_of, sender


def takes_mail(config: Settings) -> bool:
    """Tell whether answers by e-mail come back to this program."""
    return bool(config.imap_url or config.reply_to)


def reply_address(claim: Claim) -> str:
    """Return the address that brings answers into a thread; empty where none does."""
    config = settings()
    if config.reply_to:
        return config.reply_to.replace("*", token_of(claim, _key()))
    own = sender(config)
    return own.addr_spec if config.imap_url and own else ""


def name_of_message(claim: Claim, *, part: str = "") -> str:
    """Return a new `Message-ID` of a thread; `part` names one that can be said again."""
    unique = part or secrets.token_hex(6)
    return f"<{token_of(claim, _key())}.{unique}@{domain_of(settings())}>"


def claims(*texts: str) -> list[Claim]:
    """Return what the signed names in some headers say, in the order of the texts."""
    return claims_in(texts, _key())


def is_own(address: str) -> bool:
    """Tell an address at which this program itself is written to."""
    config = settings()
    own = sender(config)
    names = [own.addr_spec] if own and config.imap_url else []
    if config.reply_to:
        local, _, domain = config.reply_to.lower().rpartition("@")
        names.append(f"{local.partition('*')[0].rstrip('+-._=')}@{domain}")
    plain = address.lower()
    local, _, domain = plain.rpartition("@")
    return plain in names or f"{local.partition('+')[0]}@{domain}" in names


def staff_address() -> str:
    """Return where all colleagues are told; empty where that would come back to this program."""
    config = settings()
    if config.staff_email:
        return config.staff_email
    _name, address = parseaddr(config.contact_email)
    return "" if is_own(address) else config.contact_email


def _key() -> str:
    key: str = current_app.config["SECRET_KEY"]
    return key
