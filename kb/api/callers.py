"""Who calls the API: a key, or nobody in particular. Never the session of somebody's browser."""

import structlog
from flask import current_app, g, has_request_context, request
from sqlalchemy.exc import OperationalError

from kb.api import tokens
from kb.api.models import ApiToken
from kb.api.problems import Problem, is_for_programs
from kb.api.scopes import Scope

REALM = "KB API"
SCHEME = "bearer"

log = structlog.get_logger(__name__)


def current_key() -> ApiToken | None:
    """Return the key of this request, None where it sends none or one that opens nothing."""
    if not has_request_context() or not is_for_programs():
        return None
    if "api_key" not in g:
        sent = _sent()
        g.api_key = tokens.find(sent) if sent else None
    found: ApiToken | None = g.api_key
    return found


def allows(scope: Scope) -> bool:
    """Tell whether the key of this request has a scope."""
    key = current_key()
    return key is not None and scope.value in key.scopes


def caller() -> str:
    """Return a name for whoever calls, by which calls are counted: the key, else the address."""
    key = current_key()
    return f"key:{key.id}" if key is not None else f"address:{request.remote_addr or ''}"


def check(scope: Scope | None) -> None:
    """Refuse a request whose key does not allow it; without a scope, one whose key is wrong.

    A key that opens nothing is refused where none is needed, too: its owner must get to know.
    """
    key = current_key()
    if key is None and _sent():
        raise Problem("key-invalid", headers=_challenge('error="invalid_token"'))
    if key is None and scope is not None:
        raise Problem("key-missing", headers=_challenge())
    if scope is not None and not allows(scope):
        raise Problem(
            "scope-missing",
            f"This needs a key with the scope {scope}.",
            headers=_challenge(f'error="insufficient_scope", scope="{scope}"'),
        )
    if key is not None:
        _note_use(key)


def need(scope: Scope) -> None:
    """Refuse what only some callers of an open operation may ask for."""
    check(scope)


def forget_sessions() -> None:
    """Make nobody signed in, whatever cookies say: below /api there are only keys."""
    if is_for_programs():
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]


def _note_use(key: ApiToken) -> None:
    try:
        tokens.note_use(key)
    except OperationalError as error:
        # The database is busy; the next request writes it.
        log.warning("use of a key not noted", key=key.name, exc_info=error)


def _sent() -> str:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == SCHEME else ""


def _challenge(said: str = "") -> dict[str, str]:
    return {"WWW-Authenticate": f'Bearer realm="{REALM}"' + (f", {said}" if said else "")}
