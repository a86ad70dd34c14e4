"""Acts about accounts, as the audit log keeps them."""

from typing import Any

from kb.accounts.models import User
from kb.audit.recording import record


def note(act: str, user: User, *, by: str = "", **details: Any) -> None:
    """Record an act about an account: by whoever has signed in, else `by`, else its owner."""
    record(
        act,
        thing="account",
        thing_id=user.id,
        label=user.email,
        by=by or f"{user.name} <{user.email}>",
        **details,
    )
