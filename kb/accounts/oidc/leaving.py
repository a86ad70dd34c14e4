"""Signing out through the provider: from here to it, and from it to here.

Whoever came by the provider and signs out here is led on to it, or the next person at that machine
would come in again by one click (OpenID Connect RP-Initiated Logout 1.0). And a provider that ends
somebody's session says so in a signed message, which ends their sign-ins here (Back-Channel Logout 1.0).
"""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from flask import Response, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from kb.accounts import letters, signins
from kb.accounts.models import Identity, User
from kb.accounts.oidc.provider import NotProved, Provider, ProviderUnavailable
from kb.caching import private
from kb.db import db
from kb.locales import settings

HINT = "kb_sign_out_hint"  # cookie with the ID token, for the pages below PATH alone
PATH = "/studio/sign-in/provider"
MAX_HINT = 3_800  # bytes that every browser keeps in a cookie
LEAVING = "leaving_provider"  # in the session, between signing out and being led on
EVENT = "http://schemas.openid.net/event/backchannel-logout"
MAX_AGE_SECONDS = 600  # of a message, from when it was written

log = structlog.get_logger(__name__)


def remember(response: Response, id_token: str) -> Response:
    """Have the browser keep what tells the provider later who signs out; it is sent nowhere else."""
    if len(id_token) <= MAX_HINT:
        response.set_cookie(
            HINT, id_token, path=PATH, httponly=True, secure=request.is_secure, samesite="Lax"
        )
    return response


def after_sign_out() -> str:
    """Return where a sign-out leads: on to the provider for who came by it, else to the door."""
    if g.get("signed_out_via") == "provider" and settings().oidc_sign_out == "provider":
        session[LEAVING] = True
        return url_for("oidc.leave")
    return "/studio/sign-in"


def led_on(provider: Provider) -> ResponseReturnValue:
    """Lead somebody who has signed out here to the provider's own end of the session.

    By a page and not by a redirect: browsers let a form lead to no other site.
    """
    door = url_for("security.login")
    if session.pop(LEAVING, None) is None:
        return redirect(door)
    try:
        address = provider.end_of_session(
            letters.site_address() + door, request.cookies.get(HINT, "")
        )
    except ProviderUnavailable as error:
        log.warning("the provider of identities does not answer", error=str(error))
        address = ""
    if address:
        answer = private(render_template("accounts/left.html", address=address))
    else:
        answer = private(redirect(door))
    answer.delete_cookie(HINT, path=PATH)
    return answer


def subject_of(claims: Mapping[str, Any], now: float) -> str:
    """Return whose sign-ins a message ends, once its signature, issuer and audience hold.

    Raises `NotProved`. One that names only a session of the provider ends nothing: which of our
    sign-ins came of it is not kept.
    """
    events = claims.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(EVENT), Mapping):
        raise NotProved("not a message about a sign-out")
    if "nonce" in claims:
        raise NotProved("an ID token is not such a message")
    written = claims.get("iat")
    if not isinstance(written, (int, float)) or not abs(now - written) <= MAX_AGE_SECONDS:
        raise NotProved("the message is too old, or does not say when it was written")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise NotProved("the message names nobody")
    return subject


def end_for(subject: str, issuer: str) -> int:
    """End every sign-in of whoever has that identity; return how many. Committed."""
    user = db.session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    )
    ended = signins.end_all(user) if user is not None else 0
    db.session.commit()
    return ended


def told(provider: Provider) -> ResponseReturnValue:
    """Take the provider's word that somebody has signed out there."""
    try:
        claims = provider.message(request.form.get("logout_token", ""))
        ended = end_for(subject_of(claims, time.time()), settings().oidc_issuer)
    except ProviderUnavailable as error:
        log.warning("the provider of identities does not answer", error=str(error))
        return _refused(HTTPStatus.SERVICE_UNAVAILABLE)
    except NotProved as error:
        log.warning("a message about a sign-out is refused", error=str(error))
        return _refused(HTTPStatus.BAD_REQUEST)
    log.info("the provider has ended a session", ended=ended)
    return private("", HTTPStatus.OK)


def _refused(status: HTTPStatus) -> ResponseReturnValue:
    return private(jsonify(error="invalid_request"), status)
