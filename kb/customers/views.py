"""The page on which an administrator looks after the keys that sign for customers."""

from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

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
from flask_security import current_user

from kb.accounts.freshness import fresh
from kb.caching import private
from kb.customers import entering, keys, snippets, unknown
from kb.customers.claims import Refused
from kb.customers.models import CustomerKey, KeyKind
from kb.customers.signatures import HS256, RS256, NotAPublicKey, Vouched, read
from kb.customers.words import FLAWS
from kb.db import db, utc_now
from kb.locales import settings
from kb.rights import Right, requires

MAX_NAME = 100  # characters

blueprint = Blueprint("customer_tokens", __name__, url_prefix="/studio/customer-tokens")


@blueprint.get("")
@requires(Right.CONNECT)
def overview() -> Response:
    """List the keys, and show how a site signs with one."""
    return _page()


def _page(
    *,
    wrong: dict[str, str] | None = None,
    tried: str = "",
    vouched: Vouched | None = None,
    refused: Refused | None = None,
) -> Response:
    every = keys.all_keys()
    valid = [each for each in every if each.ended_at is None]
    public = next((each for each in valid if each.kind is KeyKind.PUBLIC), None)
    site = next(iter(keys.site_addresses()))
    html = render_template(
        "customers/keys.html",
        valid=valid,
        former=[each for each in every if each.ended_at is not None],
        site=site,
        plain=snippets.plain(site),
        jwt=snippets.jwt(
            site, public.key_id if public else "key_…", public.algorithm if public else RS256
        ),
        hours=settings().customer_session_hours,
        is_full=len(valid) >= keys.MOST_VALID,
        typed=request.form,
        wrong=wrong or {},
        tried=tried,
        vouched=vouched,
        flaw=FLAWS[refused.flaw] if refused else "",
        flaw_of=refused.detail if refused else "",
        HS256=HS256,
    )
    return private(html, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else None)


@blueprint.post("/secret")
@requires(Right.CONNECT)
@fresh
def make_secret() -> ResponseReturnValue:
    """Make a shared secret and show it, this once."""
    name = _name()
    if not name:
        return _page(wrong={"secret": _no_name()})
    try:
        key, secret = keys.make_secret(name, by_id=current_user.id)
    except keys.TooManyKeys:
        return _page(wrong={"secret": _too_many()})
    db.session.commit()
    return private(render_template("customers/key_made.html", key=key, secret=secret))


@blueprint.post("/public")
@requires(Right.CONNECT)
@fresh
def add_public() -> ResponseReturnValue:
    """Take the public key of a site."""
    name = _name()
    if not name:
        return _page(wrong={"public": _no_name()})
    try:
        key = keys.add_public(name, request.form.get("key", ""), by_id=current_user.id)
    except NotAPublicKey:
        said = _(
            "This is no public key that tokens can be signed for: RSA of 2,048 bits or more, or an elliptic curve P-256, as PEM or JWK."
        )
        return _page(wrong={"public": said})
    except keys.TooManyKeys:
        return _page(wrong={"public": _too_many()})
    db.session.commit()
    flash(_("Tokens that “%(name)s” signs are taken from now on.", name=key.name), "done")
    return redirect(url_for(".overview"))


@blueprint.post("/<int:number>/end")
@requires(Right.CONNECT)
def end(number: int) -> ResponseReturnValue:
    """Let a key vouch for nobody any more."""
    key = db.session.get(CustomerKey, number)
    if key is None:
        abort(HTTPStatus.NOT_FOUND)
    keys.end(key)
    db.session.commit()
    flash(_("The key “%(name)s” vouches for nobody any more.", name=key.name), "done")
    return redirect(url_for(".overview"))


@blueprint.post("/try")
@requires(Right.CONNECT)
def attempt() -> ResponseReturnValue:
    """Say what the site makes of a token; nothing of it is kept."""
    tried = request.form.get("token", "").strip()
    try:
        vouched = read(
            _token_in(tried),
            keys.valid_keys(db.session()),
            now=utc_now(),
            sites=keys.site_addresses(),
        )
    except Refused as refused:
        return _page(tried=tried, refused=refused)
    return _page(tried=tried, vouched=vouched)


def _token_in(text: str) -> str:
    """Return the token of a whole address that was pasted; else the text itself."""
    if text.startswith(("http://", "https://")):
        try:
            return parse_qs(urlsplit(text).query).get(entering.ARGUMENT, [""])[0]
        except ValueError:
            return text
    return text


def _name() -> str:
    return " ".join(request.form.get("name", "").split())[:MAX_NAME]


def _no_name() -> str:
    return str(_("Say which site or app signs with it."))


def _too_many() -> str:
    return str(_("Ten keys are valid. End one that no site uses any more."))


def init_app(app: Flask) -> None:
    """Serve the page, and take tokens in."""
    entering.init_app(app)
    unknown.init_app(app)
    app.register_blueprint(blueprint)
