"""The verbs about people: their role, and whether they may come in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import Select, func, select

from kb.accounts import letters, lockout, second_factor, signins
from kb.accounts.models import Role, RoleName, User, role_of_user
from kb.accounts.noting import note
from kb.db import db, utc_now


class LastAdministrator(ValueError):
    """Nobody would be left who manages people."""


class UserExists(ValueError):
    """An account with this address is there already."""


def role_of(user: User) -> RoleName | None:
    """Return the highest role of somebody, None for a customer."""
    held = {role.name for role in user.roles}
    return next((role for role in reversed(RoleName) if role.value in held), None)


def first_page(user: User) -> str:
    """Return where a sign-in leads when no page was asked for: customers never see the studio."""
    return "/studio/" if role_of(user) else url_for("account.overview")


def everybody() -> Select[User]:
    """Return all accounts, by name."""
    return select(User).order_by(func.lower(User.name), User.email)


def colleagues() -> Select[User]:
    """Return the open accounts that have a role, by name."""
    has_role = select(role_of_user.c.user_id).where(role_of_user.c.user_id == User.id).exists()
    return everybody().where(User.active, has_role)


def by_address(email: str) -> User | None:
    """Return whose address it is."""
    return db.session.scalar(select(User).where(func.lower(User.email) == email.strip().lower()))


def roles_for(role: RoleName | None) -> list[Role]:
    """Return the rows of a role and of those that it includes, made where they are missing."""
    names = [each.value for each in role.included] if role else []
    known = {each.name: each for each in db.session.scalars(select(Role))}
    for name in names:
        if name not in known:
            known[name] = Role(name=name)
            db.session.add(known[name])
    return [known[name] for name in names]


def set_role(user: User, role: RoleName | None, *, by: str = "kb") -> bool:
    """Give somebody a role, None making them a customer; false where they have it already. Committed.

    With less to do, they are signed out everywhere. Raises `LastAdministrator`.
    """
    before = role_of(user)
    if before == role:
        return False
    _keep_an_administrator(user, role)
    user.roles = roles_for(role)
    if _rank(role) < _rank(before):
        signins.end_all(user)
    note("account.role", user, by=by, role=_name(role), before=_name(before))
    db.session.commit()
    return True


def close(user: User, *, by: str = "kb") -> None:
    """Let somebody in no more; what they wrote stays. Committed. Raises `LastAdministrator`."""
    if not user.active:
        return
    _keep_an_administrator(user, None)
    user.active = False
    signins.end_all(user)
    note("account.closed", user, by=by)
    db.session.commit()


def reopen(user: User, *, by: str = "kb") -> None:
    """Let somebody in again, with the role they had. Committed."""
    if not user.active:
        user.active = True
        note("account.reopened", user, by=by)
        db.session.commit()


def unlock(user: User, *, by: str = "kb") -> None:
    """Take passwords and codes again after too many wrong ones. Committed."""
    if user.refusals or user.locked_until:
        lockout.forgive(user)
        note("account.unlocked", user, by=by)
        db.session.commit()


def end_sign_ins(user: User) -> int:
    """Sign somebody out of every browser; return of how many. Committed."""
    ended = signins.end_all(user)
    db.session.commit()
    return ended


def remove_second_factor(user: User) -> None:
    """Let somebody in by password alone, who has lost the rest. Committed."""
    second_factor.remove_all(user)


def send_new_password(user: User) -> tuple[str, datetime]:
    """Send the link by which somebody chooses a new password; return it, and until when it holds.

    Committed. The address of the site is that of the administrator's own browser, so it is no stranger's.
    """
    token = generate_reset_password_token(user)  # type: ignore[no-untyped-call]
    link = letters.site_address() + url_for("security.reset_password", token=token)
    letters.send_new_password(user, link, hours=letters.RESET_HOURS)
    note("account.password-link", user)
    db.session.commit()
    return link, utc_now() + timedelta(hours=letters.RESET_HOURS)


def _keep_an_administrator(user: User, role: RoleName | None) -> None:
    if role is RoleName.ADMIN or role_of(user) is not RoleName.ADMIN or not user.active:
        return
    # Locked on PostgreSQL, so that two administrators do not take each other's role at once.
    others = [each for each in _administrators() if each.id != user.id]
    if not others:
        raise LastAdministrator(
            f"{user.email} is the only administrator: give somebody else the role first"
        )


def _administrators() -> Sequence[User]:
    """Return who manages people and could come in."""
    return db.session.scalars(
        select(User)
        .join(User.roles)
        .where(Role.name == RoleName.ADMIN.value, User.active, User.invited_at.is_(None))
        .with_for_update(of=User)
    ).all()


def _rank(role: RoleName | None) -> int:
    return list(RoleName).index(role) + 1 if role else 0


def _name(role: RoleName | None) -> str:
    return role.value if role else "customer"
