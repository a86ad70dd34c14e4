"""The pages of a sign-in through the provider, away and back, and those of a sign-out."""

from http import HTTPStatus

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security import current_user, login_user
from flask_security.utils import validate_redirect_url
from sqlalchemy import select

from kb.accounts import freshness, letters
from kb.accounts.models import Identity
from kb.accounts.oidc import leaving
from kb.accounts.oidc.arriving import AddressNotVerified, Closed, NotLetIn, account_of
from kb.accounts.oidc.claims import Person, person_from
from kb.accounts.oidc.provider import NotProved, Proof, Provider, ProviderUnavailable
from kb.accounts.openly import open_to_all
from kb.db import db
from kb.extensions import FLOOD, csrf, limiter
from kb.locales import settings
from kb.security import from_elsewhere

blueprint = Blueprint("oidc", __name__, url_prefix="/studio/sign-in/provider")

# What the provider itself sends, with no browser and no session.
from_provider = Blueprint("oidc_messages", __name__, url_prefix="/openid")
csrf.exempt(from_provider)

KEPT = "oidc"  # in the session, from the departure to the return

log = structlog.get_logger(__name__)


@blueprint.get("")
@open_to_all
def start() -> ResponseReturnValue:
    """Send somebody to the provider; who has signed in already is asked to prove it again."""
    again = bool(current_user.is_authenticated)
    try:
        departure = _provider().depart(_return_address(), again=again)
    except ProviderUnavailable as error:
        return _unavailable(error)
    session[KEPT] = {
        "state": departure.state,
        "nonce": departure.nonce,
        "verifier": departure.verifier,
        "next": _page_of_this_site(request.args.get("next", "")),
    }
    return redirect(departure.address)


@blueprint.get("/back")
@open_to_all
def callback() -> ResponseReturnValue:
    """Let in whom the provider has sent back."""
    kept = session.pop(KEPT, None)
    if not kept or not request.args.get("state") or request.args["state"] != kept["state"]:
        return _refused(_("This sign-in was not begun in this browser, or it took too long."))
    if request.args.get("error"):
        log.info("the provider refuses a sign-in", error=request.args["error"][:100])
        return _refused(_("%(provider)s did not let you in.", provider=settings().provider_name))
    try:
        proof = _returned(request.args.get("code", ""), kept)
        answer = _arrive(_person(proof), kept["next"])
        return leaving.remember(answer, proof.id_token)
    except ProviderUnavailable as error:
        return _unavailable(error)
    except (NotProved, NotLetIn) as error:
        db.session.rollback()
        log.warning("a sign-in through the provider is refused", error=str(error))
        return _refused(_reason(error))


@blueprint.get("/leave")
@open_to_all
def leave() -> ResponseReturnValue:
    """Lead who has just signed out here to the provider, to sign out there too."""
    return leaving.led_on(_provider())


@from_provider.post("/signed-out")
@limiter.limit(FLOOD)
@from_elsewhere
def ended() -> ResponseReturnValue:
    """End the sign-ins of whom the provider has signed out: its signature says who asks."""
    return leaving.told(_provider())


def _arrive(person: Person, wanted: str) -> Response:
    if current_user.is_authenticated:
        return _confirmed(person, wanted)
    login_user(account_of(person, settings()), authn_via=["provider"])
    return make_response(redirect(wanted or str(current_app.config["SECURITY_POST_LOGIN_VIEW"])))


def _returned(code: str, kept: dict[str, str]) -> Proof:
    return _provider().prove(
        code, verifier=kept["verifier"], nonce=kept["nonce"], redirect_uri=_return_address()
    )


def _person(proof: Proof) -> Person:
    config = settings()
    return person_from(proof.claims, issuer=config.oidc_issuer, role_claim=config.oidc_role_claim)


def _confirmed(person: Person, back: str) -> Response:
    """Take the provider's word that whoever has signed in here is there still."""
    known = db.session.scalar(
        select(Identity.user_id).where(
            Identity.issuer == person.issuer, Identity.subject == person.subject
        )
    )
    if known != current_user.id or person.is_stale:
        return _refused(
            _("%(provider)s did not confirm that it is you.", provider=settings().provider_name)
        )
    freshness.confirm()
    return make_response(redirect(back or url_for("account.overview")))


def _reason(error: NotProved | NotLetIn) -> str:
    name = settings().provider_name
    if isinstance(error, NotProved):
        return str(_("What %(provider)s sent back does not prove who you are.", provider=name))
    if isinstance(error, Closed):
        return str(_("Your account here is closed. Ask an administrator to open it again."))
    if isinstance(error, AddressNotVerified):
        return str(
            _(
                "%(provider)s does not say that your e-mail address is verified, so we cannot tell "
                "which account is yours. Verify it there, then sign in again.",
                provider=name,
            )
        )
    return str(_("Your account at %(provider)s does not include this site.", provider=name))


def _provider() -> Provider:
    found: Provider | None = current_app.extensions.get("kb_oidc")
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _return_address() -> str:
    return letters.site_address() + url_for("oidc.callback")


def _page_of_this_site(address: str) -> str:
    return address if validate_redirect_url(address) else ""


def _unavailable(error: ProviderUnavailable) -> Response:
    log.warning("the provider of identities does not answer", error=str(error))
    return _page(
        _(
            "%(provider)s does not answer at the moment. Nothing is wrong with your account.",
            provider=settings().provider_name,
        ),
        HTTPStatus.BAD_GATEWAY,
    )


def _refused(reason: str) -> Response:
    return _page(reason, HTTPStatus.FORBIDDEN)


def _page(reason: str, status: HTTPStatus) -> Response:
    return make_response(render_template("accounts/provider.html", reason=reason), status)


def init_app(app: Flask) -> None:
    """Serve the pages, where the settings name a provider."""
    config = app.extensions["kb_settings"]
    if config.oidc_issuer:
        app.extensions["kb_oidc"] = Provider(config)
    app.register_blueprint(blueprint)
    app.register_blueprint(from_provider)
