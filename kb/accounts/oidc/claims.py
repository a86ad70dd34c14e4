"""What a provider says about a person, and what follows for their role. Pure functions."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.accounts.models import RoleName

STALE_SECONDS = 300  # between proving it to the provider and coming back


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as their provider knows them."""

    issuer: str
    subject: str
    email: str = ""
    is_email_verified: bool = False
    name: str = ""
    locale: str = ""
    values: frozenset[str] = frozenset()  # of the claim that tells the role
    proved_at: float = 0  # seconds since 1970, 0 where the provider does not say

    @property
    def is_stale(self) -> bool:
        """Tell whether the provider has let them through without asking who they are."""
        return 0 < self.proved_at < time.time() - STALE_SECONDS


def person_from(claims: Mapping[str, Any], *, issuer: str, role_claim: str) -> Person:
    """Return whom claims describe; what has another form than it should counts as absent."""
    return Person(
        issuer=issuer,
        subject=str(claims["sub"]),
        email=_text(claims.get("email")).strip().lower(),
        # Some providers send the word; anything else than true is no proof.
        is_email_verified=claims.get("email_verified") in (True, "true"),
        name=_text(claims.get("name")).strip(),
        locale=_text(claims.get("locale")).replace("_", "-").split("-")[0].lower(),
        values=values_at(claims, role_claim),
        proved_at=float(claims.get("auth_time") or 0),
    )


def values_at(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    """Return the strings at a path of claims, `realm_access.roles` or the name of one with dots in it."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return frozenset({found})
    if isinstance(found, (list, tuple)):
        return frozenset(each for each in found if isinstance(each, str))
    return frozenset()


def highest_role(values: frozenset[str], roles: Mapping[str, str]) -> RoleName | None:
    """Return the highest role that the values give, None where they give none."""
    given = {roles[value] for value in values if value in roles}
    return next((role for role in reversed(RoleName) if role.value in given), None)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
