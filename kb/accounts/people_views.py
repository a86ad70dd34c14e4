"""The pages on which an administrator looks after people."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user
from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from kb.accounts import invitations, people, second_factor, signins
from kb.accounts.freshness import fresh
from kb.accounts.labels import ROLES, role_label
from kb.accounts.models import Identity, RoleName, User
from kb.accounts.people import LastAdministrator, UserExists
from kb.accounts.present import who
from kb.db import db, utc_now
from kb.locales import current_locale, settings
from kb.mail.outbox import NotSendable
from kb.rights import Right, requires

blueprint = Blueprint("people", __name__, url_prefix="/studio/people")

CUSTOMER = "customer"  # the value of the form for no role
A_PAGE = 100  # people


@blueprint.get("")
@requires(Right.MANAGE_PEOPLE)
def listing() -> ResponseReturnValue:
    """List who has an account: colleagues first, then customers."""
    return _listing()


def _listing(typed: dict[str, str] | None = None, wrong: str = "") -> ResponseReturnValue:
    words = request.args.get("q", "").strip()
    page = max(request.args.get("page", 1, int), 1)
    colleagues = people.everybody().where(User.roles.any()).options(selectinload(User.webauthn))
    customers = people.everybody().where(~User.roles.any()).options(selectinload(User.webauthn))
    if words:
        pattern = f"%{words.replace('%', '').replace('_', '')}%"
        matches = or_(User.name.ilike(pattern), User.email.ilike(pattern))
        colleagues, customers = colleagues.where(matches), customers.where(matches)
    count = db.session.scalar(select(func.count()).select_from(customers.order_by(None).subquery()))
    return render_template(
        "accounts/people.html",
        colleagues=db.session.scalars(colleagues).all(),
        customers=db.session.scalars(customers.limit(A_PAGE).offset((page - 1) * A_PAGE)).all(),
        customer_count=count,
        page=page,
        pages=max(-(-(count or 0) // A_PAGE), 1),
        words=words,
        typed=typed or {"role": RoleName.WRITER.value, "locale": current_locale()},
        wrong=wrong,
        roles=ROLES,
    )


@blueprint.post("")
@requires(Right.MANAGE_PEOPLE)
def invite() -> ResponseReturnValue:
    """Ask somebody in."""
    typed = {key: request.form.get(key, "").strip() for key in ("email", "name", "role", "locale")}
    try:
        made = invitations.invite(
            typed["email"],
            _chosen_role(typed["role"]),
            name=typed["name"],
            locale=typed["locale"] if typed["locale"] in settings().locales else "",
            by=who(),
        )
    except NotSendable:
        return _listing(typed, _("This is not an e-mail address."))
    except UserExists:
        return _listing(typed, _("Somebody with this address has an account already."))
    return _invited(made)


def _invited(made: invitations.Invitation) -> ResponseReturnValue:
    """Say that the letter is on its way; where no mail leaves, show the link to pass on by hand."""
    if not settings().smtp_url:
        return _by_hand(made.user, made.link, made.until)
    flash(_("The invitation for %(name)s is on its way.", name=made.user.name), "done")
    return redirect(url_for("people.listing"))


def _by_hand(user: User, link: str, until: datetime) -> ResponseReturnValue:
    return render_template("accounts/invited.html", person=user, link=link, until=until)


@blueprint.post("/<int:number>/new-password")
@requires(Right.MANAGE_PEOPLE)
@fresh
def new_password(number: int) -> ResponseReturnValue:
    """Send somebody the link by which they choose a new password."""
    user = _person(number)
    if not settings().takes_passwords or not user.active or user.invited_at:
        abort(HTTPStatus.BAD_REQUEST)
    link, until = people.send_new_password(user)
    if not settings().smtp_url:
        return _by_hand(user, link, until)
    flash(_("The link for %(name)s is on its way.", name=user.name), "done")
    return _back(number)


@blueprint.get("/<int:number>")
@requires(Right.MANAGE_PEOPLE)
def one(number: int) -> ResponseReturnValue:
    """Show somebody's account, with what can be done about it."""
    return _page_of(_person(number))


def _page_of(user: User, wrong: str = "") -> ResponseReturnValue:
    identity = select(Identity.id).where(Identity.user_id == user.id).limit(1)
    return render_template(
        "accounts/person.html",
        person=user,
        role=people.role_of(user),
        roles=ROLES,
        wrong=wrong,
        has_second_factor=second_factor.has_second_factor(user),
        has_identity=db.session.scalar(identity) is not None,
        expires_at=invitations.expires_at(user),
        now=utc_now(),
        sign_ins=db.session.scalars(signins.running(user)).all(),
    )


@blueprint.post("/<int:number>/role")
@requires(Right.MANAGE_PEOPLE)
@fresh
def set_role(number: int) -> ResponseReturnValue:
    """Give somebody a role."""
    user, role = _person(number), _chosen_role(request.form.get("role", ""))
    try:
        changed = people.set_role(user, role)
    except LastAdministrator:
        return _page_of(user, _only_administrator(user))
    if changed:
        flash(_("%(name)s: %(role)s from now on.", name=user.name, role=role_label(role)), "done")
    return _back(number)


@blueprint.post("/<int:number>/close")
@requires(Right.MANAGE_PEOPLE)
@fresh
def close(number: int) -> ResponseReturnValue:
    """Let somebody in no more."""
    user = _person(number)
    try:
        people.close(user)
    except LastAdministrator:
        return _page_of(user, _only_administrator(user))
    flash(_("The account of %(name)s is closed.", name=user.name), "done")
    return _back(number)


def _act(
    number: int, act: Callable[[User], object], said: Callable[[User], str]
) -> ResponseReturnValue:
    user = _person(number)
    act(user)
    flash(said(user), "done")
    return _back(number)


@blueprint.post("/<int:number>/reopen")
@requires(Right.MANAGE_PEOPLE)
@fresh
def reopen(number: int) -> ResponseReturnValue:
    """Let somebody in again."""
    return _act(
        number, people.reopen, lambda user: _("%(name)s may sign in again.", name=user.name)
    )


@blueprint.post("/<int:number>/unlock")
@requires(Right.MANAGE_PEOPLE)
def unlock(number: int) -> ResponseReturnValue:
    """Take somebody's password again, after too many wrong ones."""
    return _act(
        number,
        people.unlock,
        lambda user: _("The account of %(name)s is unlocked.", name=user.name),
    )


@blueprint.post("/<int:number>/end-sign-ins")
@requires(Right.MANAGE_PEOPLE)
def end_sign_ins(number: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    user = _person(number)
    ended = people.end_sign_ins(user)
    flash(
        ngettext(
            "%(name)s is signed out of %(num)s browser.",
            "%(name)s is signed out of %(num)s browsers.",
            ended,
            name=user.name,
        ),
        "done",
    )
    return _back(number)


@blueprint.post("/<int:number>/remove-second-factor")
@requires(Right.MANAGE_PEOPLE)
@fresh
def remove_second_factor(number: int) -> ResponseReturnValue:
    """Let somebody in by password alone, who has lost their telephone or key."""
    return _act(
        number,
        people.remove_second_factor,
        lambda user: _("%(name)s signs in without a second factor now.", name=user.name),
    )


@blueprint.post("/<int:number>/resend")
@requires(Right.MANAGE_PEOPLE)
def resend(number: int) -> ResponseReturnValue:
    """Send the invitation again."""
    try:
        return _invited(invitations.send_again(_person(number), by=who()))
    except invitations.NotInvited:
        return _back(number)


@blueprint.post("/<int:number>/withdraw")
@requires(Right.MANAGE_PEOPLE)
def withdraw(number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    user = _person(number)
    try:
        invitations.withdraw(user)
    except invitations.NotInvited:
        return _back(number)
    flash(_("The invitation is withdrawn; its link no longer works."), "done")
    return redirect(url_for("people.listing"))


def _person(number: int) -> User:
    found = db.session.get(User, number)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _chosen_role(value: str) -> RoleName | None:
    if value == CUSTOMER:
        return None
    if value not in set(RoleName):
        abort(HTTPStatus.BAD_REQUEST)
    return RoleName(value)


def _only_administrator(user: User) -> str:
    if user.id == current_user.id:
        return str(_("You are the only administrator. Give somebody else the role first."))
    return str(
        _("%(name)s is the only administrator. Give somebody else the role first.", name=user.name)
    )


def _back(number: int) -> ResponseReturnValue:
    return redirect(url_for("people.one", number=number))


def init_app(app: Flask) -> None:
    """Serve the pages."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        role_of=people.role_of,
        role_label=role_label,
        has_second_factor=second_factor.has_second_factor,
    )
