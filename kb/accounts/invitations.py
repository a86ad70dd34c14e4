"""Ask people in: an account without a password, and a link that lets its owner choose one.

The link is signed and holds when it was made; the account holds the same moment, until somebody accepts.
So a link works once, a newer one ends those before, and withdrawing ends them all.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import url_for
from flask_security import hash_password

from kb.accounts import letters
from kb.accounts.models import RoleName, User
from kb.accounts.noting import note
from kb.accounts.people import UserExists, by_address, roles_for
from kb.db import db, utc_now
from kb.mail.addresses import checked_address
from kb.signing import NotSigned, Signed

GOOD_FOR = timedelta(days=7)
TOKENS = Signed("accounts.invitation")


class NotInvited(ValueError):
    """A link that leads nowhere (any more)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An account that waits for its owner, and the link that they were sent."""

    user: User
    link: str
    until: datetime


def invite(
    email: str, role: RoleName | None, *, name: str = "", locale: str = "", by: str = "kb"
) -> Invitation:
    """Open an account without a password and send its owner the link. Committed.

    Raises `UserExists`, and `NotSendable` for what is no address.
    """
    email = checked_address(email.strip()).lower()
    if by_address(email):
        raise UserExists(f"{email} has an account already: choose another address")
    user = User(
        email=email,
        name=name.strip() or email.split("@")[0],
        locale=locale,
        roles=roles_for(role),
        password=None,
    )
    db.session.add(user)
    db.session.flush()
    return _send(user, by, role=role.value if role else "customer")


def send_again(user: User, *, by: str = "kb") -> Invitation:
    """Send a new link; the one before works no more. Committed. Raises `NotInvited`."""
    if user.invited_at is None:
        raise NotInvited(f"{user.email} has accepted already")
    return _send(user, by)


def withdraw(user: User, *, by: str = "kb") -> None:
    """Take an invitation back: the account goes, as nobody has used it. Committed.

    Raises `NotInvited` for an account that somebody has.
    """
    if user.invited_at is None:
        raise NotInvited(f"{user.email} has accepted already: close the account instead")
    note("account.invitation-withdrawn", user, by=by)
    db.session.delete(user)
    db.session.commit()


def expires_at(user: User) -> datetime | None:
    """Return until when somebody may accept, None where nothing waits for them."""
    return user.invited_at + GOOD_FOR if user.invited_at else None


def invited(token: str) -> User:
    """Return whom a link asks in; raises `NotInvited`."""
    try:
        user_id, moment = TOKENS.read(token)
    except NotSigned as error:
        raise NotInvited("not a link of this site") from error
    user = db.session.get(User, user_id)
    if user is None or not user.active or _stamp(user) != moment:
        raise NotInvited("the link has been used, replaced or withdrawn")
    until = expires_at(user)
    if until is None or until < utc_now():
        raise NotInvited("the link is too old")
    return user


def accept(user: User, password: str, *, name: str, locale: str) -> None:
    """Let somebody in with the password they chose; the caller commits by signing them in."""
    user.password = hash_password(password)
    user.name = name.strip() or user.name
    user.locale = locale
    taken(user)


def taken(user: User) -> None:
    """Note that the owner of an account has come."""
    if user.invited_at is not None:
        user.invited_at = None
        note("account.invitation-accepted", user)


def _send(user: User, by: str, **details: str) -> Invitation:
    user.invited_at = datetime.fromtimestamp(int(utc_now().timestamp() * 1000) / 1000, UTC)
    until = user.invited_at + GOOD_FOR
    token = TOKENS.text([user.id, _stamp(user)])
    link = letters.site_address() + url_for("account.invitation", token=token)
    letters.send_invitation(user, link, by=by, until=until)
    note("account.invited", user, by=by, **details)
    db.session.commit()
    return Invitation(user, link, until)


def _stamp(user: User) -> str | None:
    return user.invited_at.isoformat() if user.invited_at else None
