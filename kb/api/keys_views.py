"""The page on which an administrator makes and revokes keys to the API."""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from kb.accounts.freshness import fresh
from kb.accounts.models import User
from kb.api import tokens
from kb.api.models import ApiToken
from kb.api.scopes import WORDS
from kb.caching import private
from kb.db import db, utc_now
from kb.rights import Right, requires

blueprint = Blueprint("api_keys", __name__, url_prefix="/studio/api-keys")

# How long a key may be good for; the longest that is not for ever comes first in the form.
LIFETIMES = {
    "365": (_l("one year"), timedelta(days=365)),
    "90": (_l("three months"), timedelta(days=90)),
    "30": (_l("thirty days"), timedelta(days=30)),
    "never": (_l("until it is revoked"), None),
}


@blueprint.get("")
@requires(Right.CONNECT)
def listing() -> Response:
    """List the keys, and offer to make one."""
    return _page()


def _page(wrong: str = "") -> Response:
    keys = db.session.scalars(tokens.everyone()).all()
    makers = {
        user.id: user.shown_name
        for user in db.session.query(User).where(
            User.id.in_({key.created_by_id for key in keys if key.created_by_id})
        )
    }
    now = utc_now()
    html = render_template(
        "api/keys.html",
        keys=[key for key in keys if is_good(key, now)],
        former=[key for key in keys if not is_good(key, now)],
        makers=makers,
        scopes=WORDS,
        lifetimes=LIFETIMES,
        chosen=request.form.getlist("scope"),
        typed=request.form,
        wrong=wrong,
    )
    return private(html, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else None)


def is_good(key: ApiToken, at: datetime) -> bool:
    """Tell whether a key opens anything at a moment."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > at)


@blueprint.post("")
@requires(Right.CONNECT)
@fresh
def make() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    name = request.form.get("name", "").strip()
    lifetime = request.form.get("lifetime", "")
    if not name:
        return _page(_("Say what the key is for: whoever finds it in two years must know."))
    try:
        scopes = tokens.scopes_from(request.form.getlist("scope"))
    except tokens.NoSuchScope:
        abort(HTTPStatus.BAD_REQUEST)
    if lifetime not in LIFETIMES:
        abort(HTTPStatus.BAD_REQUEST)
    term = LIFETIMES[lifetime][1]
    key, text = tokens.make(
        db.session,
        name,
        scopes,
        expires_at=None if term is None else utc_now() + term,
        created_by_id=current_user.id,
    )
    db.session.commit()
    return private(render_template("api/key_made.html", key=key, text=text, scopes=WORDS))


@blueprint.post("/<int:number>/revoke")
@requires(Right.CONNECT)
def revoke(number: int) -> ResponseReturnValue:
    """Let a key open nothing any more."""
    key = db.session.get(ApiToken, number)
    if key is None:
        abort(HTTPStatus.NOT_FOUND)
    tokens.revoke(key)
    db.session.commit()
    flash(_("The key “%(name)s” opens nothing any more.", name=key.name), "done")
    return redirect(url_for("api_keys.listing"))


def init_app(app: Flask) -> None:
    """Serve the page."""
    app.register_blueprint(blueprint)
