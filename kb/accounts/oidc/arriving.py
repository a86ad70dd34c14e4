"""Whose account it is that a provider's person comes to, and with which role."""

from sqlalchemy import select

from kb.accounts import invitations, people
from kb.accounts.models import Identity, User
from kb.accounts.noting import note
from kb.accounts.oidc.claims import Person, highest_role
from kb.config import Settings
from kb.db import db


class NotLetIn(ValueError):
    """The provider knows the person, but the site does not let them in."""


class Closed(NotLetIn):
    """Their account is closed."""


class AddressNotVerified(NotLetIn):
    """The provider does not vouch for their address, and nothing else says who they are here."""


class NoRole(NotLetIn):
    """No value of their claim gives a role, and others are refused."""


def account_of(person: Person, settings: Settings) -> User:
    """Return the account of a person, opened or linked at their first arrival, with the role of the day.

    Who somebody is at the provider is its `sub`; an address links to an account only where the provider
    has verified it. To be committed by the caller. Raises `NotLetIn`.
    """
    role = highest_role(person.values, settings.oidc_roles)
    if role is None and settings.oidc_roles and settings.oidc_others == "refuse":
        raise NoRole(person.email or person.subject)
    user = _known(person) or _linked(person, settings)
    if not user.active:
        raise Closed(user.email)
    invitations.taken(user)
    if settings.oidc_roles:
        _follow(user, person, settings)
    return user


def _known(person: Person) -> User | None:
    return db.session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == person.issuer, Identity.subject == person.subject)
    )


def _linked(person: Person, settings: Settings) -> User:
    if not person.email or not person.is_email_verified:
        raise AddressNotVerified(person.email or person.subject)
    user = people.by_address(person.email)
    if user is None:
        if settings.oidc_others == "refuse" and not settings.oidc_roles:
            raise NoRole(person.email)
        user = _opened(person, settings)
    elif not user.active:
        raise Closed(user.email)
    db.session.add(Identity(user_id=user.id, issuer=person.issuer, subject=person.subject))
    note("account.linked", user, by=person.email, issuer=person.issuer)
    return user


def _opened(person: Person, settings: Settings) -> User:
    user = User(
        email=person.email,
        name=person.name or person.email.split("@")[0],
        locale=person.locale if person.locale in settings.locales else "",
        password=None,
    )
    db.session.add(user)
    db.session.flush()
    return user


def _follow(user: User, person: Person, settings: Settings) -> None:
    """Give the role that the claim says today, be it less than yesterday's."""
    role = highest_role(person.values, settings.oidc_roles)
    try:
        people.set_role(user, role, by=settings.provider_name)
    except people.LastAdministrator:
        # Better one administrator too many than a site that nobody can look after.
        note("account.role-kept", user, by=settings.provider_name)
