"""Repeat a request without doing twice what it does: `Idempotency-Key`.

A caller who got no answer cannot know whether the request was done. With a key of its own choosing it
asks again, and gets the answer of the first time.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response, request
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.api.callers import caller
from kb.api.models import ApiAnswer
from kb.api.problems import Problem, Wrong
from kb.db import db, utc_now
from kb.sealing import seal, unseal

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
AT_WORK_FOR = timedelta(minutes=1)  # longer than any request takes: the process has died
KEPT_HEADERS = ("Location", "ETag", "Content-Type")
SEALED = "sealed:"  # before a body that is encrypted; JSON never begins so
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

View = TypeVar("View", bound=Callable[..., Any])


def idempotent(view: View) -> View:
    """Answer a repeated request as the first time. Stands right below `@scoped(…)`."""
    return _once(view, is_secret=False)


def idempotent_secret(view: View) -> View:
    """Do the same for answers that hold a secret: they lie encrypted for the day they are kept."""
    return _once(view, is_secret=True)


def _once(view: View, *, is_secret: bool) -> View:
    @wraps(view)
    def once(*args: Any, **kwargs: Any) -> Any:
        key = request.headers.get(HEADER)
        if key is None:
            return view(*args, **kwargs)
        if not _KEY.fullmatch(key):
            wrong = Wrong("1–200 visible ASCII characters, such as a UUID.", parameter=HEADER)
            raise Problem("invalid", errors=[wrong])
        known = _claim(key)
        if known is not None:
            return known
        return _done(key, lambda: view(*args, **kwargs), is_secret=is_secret)

    once.is_idempotent = True  # type: ignore[attr-defined]
    return once  # type: ignore[return-value]


def _done(key: str, work: Callable[[], Any], *, is_secret: bool) -> Any:
    try:
        answer = work()
    except BaseException:
        _forget(key)  # nothing was done, so it may be tried again
        raise
    if not isinstance(answer, Response) or answer.status_code >= HTTPStatus.BAD_REQUEST:
        _forget(key)
        return answer
    text = answer.get_data(as_text=True)
    with db.engine.begin() as connection:
        connection.execute(
            update(ApiAnswer)
            .where(ApiAnswer.caller == caller(), ApiAnswer.key == key)
            .values(
                status=answer.status_code,
                headers={n: answer.headers[n] for n in KEPT_HEADERS if n in answer.headers},
                body=SEALED + seal(text) if is_secret else text,
            )
        )
    return answer


def _claim(key: str) -> Response | None:
    """Return the answer of the first time, None where this is the first."""
    digest, now = _digest(), utc_now()
    try:
        with db.engine.begin() as connection:
            connection.execute(
                insert(ApiAnswer).values(
                    caller=caller(), key=key, digest=digest, created_at=now, headers={}, body=""
                )
            )
    except IntegrityError:
        return _known(key, digest)
    return None


def _known(key: str, digest: str) -> Response | None:
    mine = (ApiAnswer.caller == caller(), ApiAnswer.key == key)
    with db.engine.begin() as connection:
        row = connection.execute(select(ApiAnswer.__table__).where(*mine)).one_or_none()
        if row is not None and row.digest != digest:
            raise Problem("idempotency-key-reused")
        if row is not None and row.status is not None:
            answer = Response(_opened(row.body), status=row.status, headers=row.headers)
            answer.headers["Idempotency-Replayed"] = "true"
            return answer
        now = utc_now()
        taken_over = connection.execute(
            update(ApiAnswer)
            .where(*mine, ApiAnswer.status.is_(None), ApiAnswer.created_at < now - AT_WORK_FOR)
            .values(created_at=now)
        )
        if taken_over.rowcount:
            return None
    raise Problem(
        "conflict",
        "The same request is being worked on: ask again in a moment.",
        headers={"Retry-After": "1"},
    )


def _opened(body: str) -> str:
    return unseal(body.removeprefix(SEALED)) if body.startswith(SEALED) else body


def _forget(key: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(
            delete(ApiAnswer).where(ApiAnswer.caller == caller(), ApiAnswer.key == key)
        )


def _digest() -> str:
    text = f"{request.method} {request.full_path}\n".encode(errors="replace") + request.get_data()
    return hashlib.sha256(text).hexdigest()


def clean() -> None:
    """Forget the answers of yesterday; a task of the worker."""
    db.session.execute(delete(ApiAnswer).where(ApiAnswer.created_at < utc_now() - KEPT_FOR))
    db.session.commit()
