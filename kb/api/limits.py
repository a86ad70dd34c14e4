"""How often one may call: by key, and without one by address, whichever process answers.

What must hold over several machines too (votes, requests) is counted in the database by the verbs.
"""

import time
from dataclasses import dataclass
from math import ceil

from flask import Flask, Response, current_app, g
from limits import RateLimitItem, parse

from kb.api.callers import caller, current_key
from kb.api.problems import Problem, is_for_programs
from kb.locales import settings
from kb.tallies import Tallies

LIMIT, REMAINING, RESET = "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"


@dataclass(frozen=True, slots=True)
class Standing:
    """How much is left of a limit, and when it is whole again (seconds since 1970)."""

    limit: int
    remaining: int
    reset_at: int


def count() -> None:
    """Count this request; raises a problem when there were too many."""
    tallies: Tallies = current_app.extensions["kb_tallies"]
    item = _limit()
    tally = tallies.add(item.key_for("api", caller()), item.get_expiry())
    g.api_standing = Standing(item.amount, max(item.amount - tally.count, 0), ceil(tally.ends_at))
    if tally.count > item.amount:
        raise Problem(
            "too-many-requests",
            f"More than {item.amount} per {item.GRANULARITY.name}: wait, then go on.",
            headers={"Retry-After": str(max(ceil(tally.ends_at - time.time()), 1))},
        )


def add_headers(response: Response) -> Response:
    """Say in each answer of the API how much is left."""
    standing: Standing | None = g.get("api_standing") if is_for_programs() else None
    if standing is not None:
        response.headers[LIMIT] = str(standing.limit)
        response.headers[REMAINING] = str(standing.remaining)
        response.headers[RESET] = str(standing.reset_at)
    return response


def _limit() -> RateLimitItem:
    config = settings()
    return parse(config.api_limit if current_key() else config.api_public_limit)


def init_app(app: Flask) -> None:
    """Begin to count."""
    app.after_request(add_headers)
