"""Sign-ins that can be ended one by one: the cookie holds a value of which the database keeps a digest.

The cookie alone is signed, so it would hold for ever wherever it was copied to. With this it holds while
its row does, and a row that is ended is ended in every process at the next request.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, Response, g, request, session
from flask_login import user_logged_out
from flask_security import Security, user_authenticated
from sqlalchemy import CursorResult, Select, delete, or_, select, update
from sqlalchemy.exc import OperationalError

from kb.accounts import lockout
from kb.accounts.devices import device_in_words
from kb.accounts.models import SignIn, User
from kb.accounts.noting import note
from kb.db import db, utc_now
from kb.worker import tasks

KEY = "sign_in"  # of the value, in the session's cookie
VIA = "signed_in_by"  # how they came in: password, webauthn, provider…
SEEN_EVERY = timedelta(minutes=5)  # at most so often is it written that a browser was seen
UNUSED_FOR = timedelta(days=30)  # after which a sign-in has ended by itself
KEPT_FOR = timedelta(days=90)  # for the page that shows them

log = structlog.get_logger(__name__)


def digest_of(value: str) -> str:
    """Return what the database keeps of the value in the cookie."""
    return hashlib.sha256(value.encode()).hexdigest()


def start(user: User, via: str) -> SignIn:
    """Note that this browser has signed in, and put the proof into its session. Committed."""
    value = secrets.token_urlsafe(24)
    session[KEY], session[VIA] = value, via
    # A cookie that stays replaces Flask-Login's, which nothing could end.
    session.permanent = session.pop("_remember", None) == "set"
    session.pop("_remember_seconds", None)
    now = utc_now()
    found = SignIn(
        user_id=user.id,
        digest=digest_of(value),
        device=device_in_words(request.headers.get("User-Agent", "")),
        created_at=now,
        seen_at=now,
    )
    user.signed_in_at = now
    lockout.forgive(user)
    db.session.add(found)
    note("account.signed-in", user, device=found.device, via=via)
    db.session.commit()
    g.sign_in = found
    return found


def running(user: User) -> Select[SignIn]:
    """Return where somebody is signed in now, the latest first."""
    return (
        select(SignIn)
        .where(
            SignIn.user_id == user.id,
            SignIn.ended_at.is_(None),
            SignIn.seen_at > utc_now() - UNUSED_FOR,
        )
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )


def present(user: User) -> SignIn | None:
    """Return the sign-in of this request's cookie, None where it has ended or is somebody else's."""
    value = session.get(KEY)
    if not isinstance(value, str):
        return None
    return db.session.scalar(running(user).where(SignIn.digest == digest_of(value)))


def end(found: SignIn, *, by: User) -> None:
    """Sign that browser out."""
    found.ended_at = utc_now()
    note("account.sign-in-ended", by, device=found.device)


def end_all(user: User, *, but: SignIn | None = None) -> int:
    """Sign somebody out everywhere, or everywhere but here; return of how many browsers."""
    query = update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    if but is not None:
        query = query.where(SignIn.id != but.id)
    ended: CursorResult[Any] = db.session.execute(query.values(ended_at=utc_now()))  # type: ignore[assignment]
    if ended.rowcount:
        note("account.sign-in-ended", user, browsers=ended.rowcount)
    return ended.rowcount


def clean() -> None:
    """Forget sign-ins that ended long ago, or that nobody has used for as long."""
    before = utc_now() - KEPT_FOR
    db.session.execute(delete(SignIn).where(or_(SignIn.ended_at < before, SignIn.seen_at < before)))
    db.session.commit()


def init_app(app: Flask, security: Security) -> None:
    """Check each signed-in request, and note when a browser was seen."""
    load = security.login_manager._user_callback

    @security.login_manager.user_loader  # type: ignore[untyped-decorator]
    def load_if_running(user_id: str) -> User | None:
        user: User | None = load(user_id)
        found = present(user) if user is not None else None
        if found is None:
            return None
        g.sign_in = found
        g.sign_in_unseen = found.id if utc_now() - found.seen_at > SEEN_EVERY else None
        return user

    # The library also takes tokens from headers and addresses: nothing could end those.
    security.login_manager.request_loader(lambda _request: None)
    user_authenticated.connect(_on_sign_in, app, weak=False)
    user_logged_out.connect(_on_sign_out, app, weak=False)
    app.after_request(_forget_old_cookie)
    app.teardown_request(_note_seen)
    tasks.register(app, "sign-ins", timedelta(days=1), clean)


def _on_sign_in(_app: Flask, user: User, authn_via: list[str] | None = None, **_more: Any) -> None:
    if user.active:  # the library lets a closed account's passkey come this far
        start(user, (authn_via or ["second-factor"])[0])


def _on_sign_out(_app: Flask, user: User, **_more: Any) -> None:
    found: SignIn | None = g.pop("sign_in", None)
    g.signed_out_via = session.get(VIA, "")
    for key in (KEY, VIA):
        session.pop(key, None)
    session.permanent = False
    if found is not None:
        found.ended_at = utc_now()
        note("account.signed-out", user, device=found.device)
        db.session.commit()


def _forget_old_cookie(response: Response) -> Response:
    """Take away the cookie of earlier versions, which let people in without a sign-in."""
    if "remember_token" in request.cookies and not response.cache_control.public:
        response.delete_cookie("remember_token")
    return response


def _note_seen(_error: BaseException | None) -> None:
    """Write that the browser was seen, when the request's own transaction is over."""
    sign_in_id = g.pop("sign_in_unseen", None)
    if sign_in_id is None:
        return
    db.session.remove()
    now: datetime = utc_now()
    try:
        with db.engine.begin() as connection:
            connection.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))
    except OperationalError as error:
        # A busy database costs no page: the next request writes it.
        log.warning("sign-in not noted as seen", error=str(error))
