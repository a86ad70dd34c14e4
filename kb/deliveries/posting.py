"""Ask a receiver over the net, and say in the terms of deliveries what came of it."""

import json
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpcore

from kb.db import utc_now
from kb.deliveries.outcomes import NotTaken, Refused, check
from kb.locales import settings
from kb.outbound.addresses import NotALink, receiver_of
from kb.outbound.fetching import Answer, Fetcher, Unreachable

WHOLE_SECONDS = 15.0  # of one request; then the next receiver's turn comes
MAX_ANSWER = 262_144  # bytes read of an answer
MAX_BODY = 1_000_000  # bytes of a message; files of requests apart
USER_AGENT = "KB-Deliveries/1"


def ask(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> Answer:
    """Return the answer of another program that has taken what it was sent.

    Raises `NotTaken`, or what is made of it, with a word such as `timeout` or what was answered.
    """
    answer = reach(method, address, headers=headers, content=content)
    check(answer.status, answer.headers, answer.body, utc_now())
    return answer


def reach(
    method: str,
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    most: int = MAX_ANSWER,
    seconds: float = WHOLE_SECONDS,
) -> Answer:
    """Return whatever another program answers, up to `most` bytes of it.

    Raises `NotTaken` where nothing answers. Redirects are not followed, and no machine of the own
    network is reached but those of `KB_PRIVATE_HOSTS`.
    """
    private = frozenset(settings().private_hosts)
    try:
        target = receiver_of(address, private)
    except NotALink as error:
        raise NotTaken(f"address: {error}") from error
    fetcher = Fetcher(USER_AGENT, whole_seconds=seconds, context=_certificates(), private=private)
    try:
        return fetcher.ask(method, target, most, headers=headers, content=content)
    except Unreachable as error:
        raise NotTaken(str(error)) from error


@cache
def _certificates() -> ssl.SSLContext:
    """Return whom the machine trusts, read once: it takes longer than the whole of a message."""
    return httpcore.default_ssl_context()


def body_of(payload: Mapping[str, Any]) -> bytes:
    """Return a message as it is sent: the same bytes at each try, so that its signature can be."""
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if len(body) > MAX_BODY:
        raise Refused(f"too large: {len(body):,} bytes, of {MAX_BODY:,} that are sent at most")
    return body


def json_of(answer: Answer) -> Any:
    """Return what an answer says; raises `NotTaken` where it is not JSON."""
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise NotTaken(f"{answer.status}, but what it says is not JSON") from error
