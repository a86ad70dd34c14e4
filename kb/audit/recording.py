"""Write an entry of the audit log, in the transaction of the act itself."""

from typing import Any

from flask import has_request_context
from flask_security import current_user

from kb.api.present import called_by
from kb.audit.models import AuditEntry
from kb.db import db

COMMAND = "kb"  # the actor of what is done from the command line or by the clock


def record(
    act: str,
    *,
    thing: str = "",
    thing_id: int | None = None,
    label: str = "",
    revision: int | None = None,
    by: str = "",
    **details: Any,
) -> AuditEntry:
    """Add an entry to the session; it is committed, or rolled back, with what it tells.

    The actor is whoever has signed in, else the key of a program, else `by`. `details` are kept as JSON: names and numbers,
    never words of articles, passwords or tokens.
    """
    is_person = has_request_context() and current_user.is_authenticated
    entry = AuditEntry(
        actor_id=current_user.id if is_person else None,
        actor=f"{current_user.name} <{current_user.email}>"
        if is_person
        else called_by() or by or COMMAND,
        act=act,
        thing=thing,
        thing_id=thing_id,
        label=label,
        revision=revision,
        details=details,
    )
    db.session.add(entry)
    return entry
