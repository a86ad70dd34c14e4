"""The people who may sign in, for programs that keep accounts elsewhere.

Administrators are made and unmade in the studio alone: a key that leaks must not open everything.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask import request
from marshmallow import fields
from sqlalchemy import func, select

from kb.accounts import invitations, people
from kb.accounts.models import RoleName, User
from kb.api.idempotence import idempotent
from kb.api.operations import PREFIX, blueprint, scoped
from kb.api.paging import Page, paged
from kb.api.present import called_by
from kb.api.problems import Problem, Wrong
from kb.api.schemas import (
    Change,
    Input,
    Language,
    Moment,
    PageArguments,
    Schema,
    Text,
    choice,
    page_of,
)
from kb.api.scopes import Scope
from kb.db import db
from kb.locales import settings
from kb.mail.outbox import NotSendable

MAX_ADDRESS = 254  # characters, the longest that e-mail allows
MAX_NAME = 100

operations = blueprint("users", "Who may sign in, and what each may do.")


class ShownRole(StrEnum):
    """What somebody is trusted with; customers sign in to read what is for them."""

    CUSTOMER = "customer"
    WRITER = "writer"
    REVIEWER = "reviewer"
    LEAD = "lead"
    ADMIN = "admin"


class GivenRole(StrEnum):
    """What a program may trust somebody with."""

    CUSTOMER = "customer"
    WRITER = "writer"
    REVIEWER = "reviewer"
    LEAD = "lead"


class State(StrEnum):
    """Whether somebody may come in."""

    INVITED = "invited"
    OPEN = "open"
    CLOSED = "closed"


class UserSchema(Schema):
    """Somebody who may sign in."""

    id = fields.Integer()
    email = fields.String()
    name = fields.String()
    role = choice(ShownRole)
    state = choice(State)
    locale = fields.String(metadata={"description": "Language of their mail; empty: not chosen."})
    created_at = Moment()
    signed_in_at = Moment(allow_none=True)


class UserFilters(PageArguments):
    """Whom."""

    email = Text(
        most=MAX_ADDRESS, load_default=None, metadata={"description": "Only who has this address."}
    )


class Invited(Input):
    """Whom to ask in."""

    email = Text(least=3, most=MAX_ADDRESS, required=True, metadata={"example": "sam@example.com"})
    role = choice(GivenRole, required=True)
    name = Text(most=MAX_NAME, load_default="")
    locale = Language(load_default="", metadata={"description": "Of the letter."})


class ChangedUser(Change):
    """What to change; what is left out stays."""

    role = choice(GivenRole)
    is_open = fields.Boolean(metadata={"description": "Whether they may come in."})


@operations.get("/users")
@scoped(Scope.USERS_MANAGE)
@operations.arguments(UserFilters, location="query")
@operations.response(200, page_of(UserSchema))
def list_users(asked: Mapping[str, Any]) -> Page[dict[str, Any]]:
    """List accounts.

    Of colleagues and of customers.
    """
    query = select(User)
    if asked["email"] is not None:
        query = query.where(func.lower(User.email) == asked["email"].strip().lower())
    return paged(query, (User.id,), asked, shown=_shown)


@operations.post("/users")
@scoped(Scope.USERS_MANAGE)
@idempotent
@operations.arguments(Invited)
@operations.response(
    201,
    UserSchema,
    headers={
        "Location": {
            "description": "Where it can be read.",
            "schema": {"type": "string", "format": "uri"},
        }
    },
)
@operations.refuses(409, "Somebody with this address has an account already.")
def invite_user(new: Mapping[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Invite somebody.

    They get a letter with a link, and choose a password.
    """
    try:
        made = invitations.invite(
            new["email"],
            _role(new["role"]),
            name=new["name"],
            locale=new["locale"],
            by=called_by(),
        )
    except NotSendable:
        wrong = Wrong("This is not an e-mail address.", pointer="#/email")
        raise Problem("invalid", errors=[wrong]) from None
    except people.UserExists:
        raise Problem("conflict", "Somebody with this address has an account already.") from None
    root = settings().site_url.rstrip("/") or request.url_root.rstrip("/")
    return _shown(made.user), 201, {"Location": f"{root}{PREFIX}/users/{made.user.id}"}


@operations.get("/users/<int:number>")
@scoped(Scope.USERS_MANAGE)
@operations.etag
@operations.response(200, UserSchema)
def read_user(number: int) -> dict[str, Any]:
    """Read an account."""
    return _shown(_person(number))


@operations.patch("/users/<int:number>")
@scoped(Scope.USERS_MANAGE)
@operations.etag
@operations.arguments(ChangedUser)
@operations.response(200, UserSchema)
def change_user(change: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Change an account.

    Gives somebody another role, closes their account, or opens it again. What a closed account wrote stays. Administrators are changed in the studio only: 403.
    """
    user = _person(number)
    operations.check_etag(_shown(user), UserSchema)
    if people.role_of(user) is RoleName.ADMIN:
        raise Problem("forbidden", "Administrators are changed in the studio, by one of them.")
    if "role" in change:
        people.set_role(user, _role(change["role"]), by=called_by())
    if "is_open" in change:
        (people.reopen if change["is_open"] else people.close)(user, by=called_by())
    return _shown(user)


def _role(given: GivenRole) -> RoleName | None:
    return None if given is GivenRole.CUSTOMER else RoleName(given.value)


def _person(number: int) -> User:
    found = db.session.get(User, number)
    if found is None:
        raise Problem("not-found", "Nobody has this number.")
    return found


def _shown(user: User) -> dict[str, Any]:
    role = people.role_of(user)
    state = State.INVITED if user.invited_at else State.OPEN
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": ShownRole(role.value) if role else ShownRole.CUSTOMER,
        "state": state if user.active else State.CLOSED,
        "locale": user.locale,
        "created_at": user.created_at,
        "signed_in_at": user.signed_in_at,
    }
