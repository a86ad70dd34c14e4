"""One's own account: name and language, second factor, where one has signed in, and the invitation."""

from http import HTTPStatus

from flask import Blueprint, Flask, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user, login_user, logout_user
from flask_security.proxies import _security
from itsdangerous import BadSignature
from sqlalchemy import select

from kb.accounts import invitations, people, second_factor, signins
from kb.accounts.freshness import fresh
from kb.accounts.letters import knows_its_address
from kb.accounts.models import Identity, SignIn, User
from kb.accounts.openly import open_to_all
from kb.accounts.passwords import problem
from kb.db import db, utc_now
from kb.locales import current_locale, settings
from kb.rights import Right, requires

blueprint = Blueprint("account", __name__, url_prefix="/studio")

LONGEST_NAME = 100  # characters
SETUP_SECONDS = 3600  # to type the first code of an app


def _me() -> User:
    found: User = current_user._get_current_object()
    return found


def first_page() -> str:
    """Return where a sign-in leads when no page was asked for."""
    return people.first_page(_me()) if current_user.is_authenticated else "/studio/"


@blueprint.get("/account")
@requires(Right.OWN_ACCOUNT)
def overview() -> ResponseReturnValue:
    """Show everything about one's account on one page."""
    user = _me()
    return render_template(
        "accounts/overview.html",
        person=user,
        role=people.role_of(user),
        has_app=second_factor.has_app(user),
        has_second_factor=second_factor.has_second_factor(user),
        browsers=len(db.session.scalars(signins.running(user)).all()),
        has_identity=_has_identity(user),
    )


@blueprint.post("/account")
@requires(Right.OWN_ACCOUNT)
def save() -> ResponseReturnValue:
    """Keep one's name and language."""
    user = _me()
    name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME]
    locale = request.form.get("locale", "")
    user.name = name or user.name
    user.locale = locale if locale in settings().locales else ""
    db.session.commit()
    flash(_("Your name and language are kept."), "done")
    return redirect(url_for("account.overview"))


def _has_identity(user: User) -> bool:
    known = select(Identity.id).where(Identity.user_id == user.id).limit(1)
    return db.session.scalar(known) is not None


@blueprint.get("/account/sign-ins")
@requires(Right.OWN_ACCOUNT)
def sign_ins() -> ResponseReturnValue:
    """List the browsers in which one has signed in."""
    return render_template(
        "accounts/sign_ins.html",
        here=g.sign_in,
        sign_ins=db.session.scalars(signins.running(_me())).all(),
    )


@blueprint.post("/account/sign-ins/<int:number>/end")
@requires(Right.OWN_ACCOUNT)
def end_sign_in(number: int) -> ResponseReturnValue:
    """Sign one browser out."""
    user = _me()
    found = db.session.scalar(signins.running(user).where(SignIn.id == number))
    if found is not None:
        signins.end(found, by=user)
        db.session.commit()
    flash(_("That browser is signed out."), "done")
    return redirect(url_for("account.sign_ins"))


@blueprint.post("/account/sign-ins/end-others")
@requires(Right.OWN_ACCOUNT)
def end_other_sign_ins() -> ResponseReturnValue:
    """Sign every browser out but this one."""
    signins.end_all(_me(), but=g.sign_in)
    db.session.commit()
    flash(_("Every other browser is signed out."), "done")
    return redirect(url_for("account.sign_ins"))


@blueprint.get("/account/second-factor", endpoint="second_factor")
@requires(Right.OWN_ACCOUNT)
@fresh
def second_factor_page() -> ResponseReturnValue:
    """Offer a second factor: a secret for an app, or a key."""
    return _second_factor_page(second_factor.new_secret())


@blueprint.post("/account/second-factor")
@requires(Right.OWN_ACCOUNT)
@fresh
def set_app() -> ResponseReturnValue:
    """Ask for codes of the app from now on, once it has shown a right one."""
    user = _me()
    try:
        secret, owner = _security.tf_setup_serializer.loads(
            request.form.get("secret", ""), max_age=SETUP_SECONDS
        )
    except BadSignature:
        flash(_("That took too long. Please scan the new picture."), "error")
        return redirect(url_for("account.second_factor"))
    if owner != user.id or user.is_closed_for_now:
        abort(HTTPStatus.FORBIDDEN)
    if not second_factor.is_right(user, secret, request.form.get("code", "")):
        db.session.commit()
        return _second_factor_page(secret, is_wrong=True)
    return _codes_page(second_factor.set_app(user, secret), is_new=True)


def _second_factor_page(secret: str, *, is_wrong: bool = False) -> ResponseReturnValue:
    user = _me()
    shown = _security.totp_factory.fetch_setup_values(secret, user)
    return render_template(
        "accounts/second_factor.html",
        picture=shown["image"],
        key=shown["key"].replace("-", " "),  # not every app takes hyphens
        secret=_security.tf_setup_serializer.dumps([secret, user.id]),
        is_wrong=is_wrong,
        has_app=second_factor.has_app(user),
        is_required=settings().second_factor == "required"
        and people.role_of(user) is not None
        and not second_factor.has_second_factor(user),
        is_welcome="welcome" in request.args,
    )


@blueprint.post("/account/second-factor/remove")
@requires(Right.OWN_ACCOUNT)
@fresh
def remove_app() -> ResponseReturnValue:
    """Ask for codes no more."""
    second_factor.remove_app(_me())
    flash(_("No code of an app is asked for any more."), "done")
    return redirect(url_for("account.overview"))


@blueprint.post("/account/recovery-codes")
@requires(Right.OWN_ACCOUNT)
@fresh
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once."""
    user = _me()
    if not second_factor.has_second_factor(user):
        return redirect(url_for("account.second_factor"))
    return _codes_page(second_factor.new_recovery_codes(user), is_new=False)


def _codes_page(codes: list[str], *, is_new: bool) -> ResponseReturnValue:
    return render_template(
        "accounts/recovery_codes.html", codes=codes, is_new=is_new, made_at=utc_now()
    )


@blueprint.get("/invitation/<token>")
@open_to_all
def invitation(token: str) -> ResponseReturnValue:
    """Show who is asked in, and let them choose a password."""
    try:
        return _invitation_page(invitations.invited(token))
    except invitations.NotInvited:
        return render_template("accounts/invitation_gone.html"), HTTPStatus.GONE


@blueprint.post("/invitation/<token>")
@open_to_all
def accept(token: str) -> ResponseReturnValue:
    """Let somebody in with the password they have chosen."""
    if not settings().takes_passwords:
        abort(HTTPStatus.NOT_FOUND)
    try:
        user = invitations.invited(token)
    except invitations.NotInvited:
        return render_template("accounts/invitation_gone.html"), HTTPStatus.GONE
    password = _security.password_util.normalize(request.form.get("password", ""))
    name = " ".join(request.form.get("name", "").split())[:LONGEST_NAME]
    if wrong := problem(password, user, name):
        return _invitation_page(user, wrong)
    if current_user.is_authenticated:
        logout_user()
    locale = request.form.get("locale", "")
    invitations.accept(
        user, password, name=name, locale=locale if locale in settings().locales else ""
    )
    login_user(user, authn_via=["invitation"])
    return redirect(url_for("account.second_factor", welcome=1))


def _invitation_page(user: User, wrong: str = "") -> ResponseReturnValue:
    return render_template(
        "accounts/invitation.html",
        person=user,
        wrong=wrong,
        name=request.form.get("name") or user.name,
        chosen_locale=request.form.get("locale") or user.locale or current_locale(),
    )


def init_app(app: Flask) -> None:
    """Serve the pages."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        first_page=first_page, has_identity=_has_identity, knows_its_address=knows_its_address
    )
