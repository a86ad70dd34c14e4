"""What a browser remembers of questions, so that nobody is asked twice: a word and a day, nothing else.

Visitor ids rotate sooner than people may be asked again. Who was asked is left alone for the pause; who
has written to a person is too, because they are asked about that by mail.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from flask import Request, Response

from kb.db import utc_now
from kb.locales import settings

COOKIE = "kb_asked"


class Why(StrEnum):
    """Why a browser bears a mark."""

    ASKED = "asked"
    WROTE = "wrote"


def is_marked(request: Request) -> bool:
    """Tell whether whoever uses this browser is to be left alone."""
    return COOKIE in request.cookies


def asked_at(request: Request) -> datetime | None:
    """Return when the browser says that its user was asked; none where they only wrote, or never."""
    said = request.cookies.get(COOKIE)
    if said is None:
        return None
    why, _, day = said.partition(".")
    if why == Why.WROTE:
        return None
    try:
        return datetime.fromisoformat(f"{day}T00:00:00+00:00")
    except ValueError:
        return utc_now()  # a mark without a day: of before, or altered


def mark(response: Response, request: Request, why: Why = Why.ASKED) -> None:
    """Let the browser remember, for as long as nobody is asked twice.

    That somebody wrote never hides that they were asked.
    """
    if why is Why.WROTE and asked_at(request) is not None:
        return
    response.set_cookie(
        COOKIE,
        f"{why.value}.{utc_now().date().isoformat()}",
        max_age=timedelta(days=settings().survey_pause_days),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
