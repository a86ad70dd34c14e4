"""The content of a file that a help desk keeps: from its own address, or from where it documents to keep files.

Whoever tells of a file names its address, which decides what this site asks for. So the address must
be the desk's own, or of the storage that its maker runs; each redirect is looked at like the first
address; and what opens the desk is sent to the desk alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from feedback.helpdesk.models import DeskKind
from feedback.requests.files.inspecting import MAX_FILE_BYTES
from kb.db import utc_now
from kb.deliveries.outcomes import Refused, check
from kb.deliveries.posting import reach
from kb.locales import settings
from kb.outbound.addresses import NotALink, Target, receiver_of

MAX_STEPS = 4  # an address, and where it leads
SECONDS = 90.0  # of one step, for the largest file over a slow line
# 410 among them: one file that is gone is not the whole desk.
_OF_THE_FILE = {
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.GONE,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
}


@dataclass(frozen=True, slots=True)
class Storage:
    """Hosts where a maker keeps files, and what paths there begin with."""

    host: re.Pattern[str]
    path: re.Pattern[str] = re.compile("/")


# Zendesk sends on to its storage for what users upload; Freshdesk gives addresses there at once.
STORAGES: Mapping[DeskKind, tuple[Storage, ...]] = {
    DeskKind.ZENDESK: (Storage(re.compile(r"([a-z0-9-]+\.)+zdusercontent\.com")),),
    DeskKind.FRESHDESK: (
        Storage(re.compile(r"(euc|ind|aus|me)?-?(cdn|attachment)\.freshdesk\.com")),
        Storage(
            re.compile(r"s3([.-][a-z0-9-]+)?\.amazonaws\.com"),
            re.compile(r"/([a-z]+-)?cdn\.freshdesk\.com/"),
        ),
    ),
}


class NotFetched(Exception):
    """A file that is not fetched from there, whatever is tried; the message says why."""


@dataclass(frozen=True, slots=True)
class Source:
    """The desk that a file comes from, and the headers that open it."""

    kind: DeskKind
    address: str
    credentials: Mapping[str, str]


def download(source: Source, address: str) -> bytes:
    """Return the content of a file, cut a byte above what is taken.

    Raises `NotFetched` for what is never fetched, and `NotTaken` for what may be had later.
    """
    for _step in range(MAX_STEPS):
        target = checked(source, address)
        own = target.origin == origin_of(source)
        answer = reach(
            "GET",
            target.url,
            headers=source.credentials if own else {},
            most=MAX_FILE_BYTES + 1,
            seconds=SECONDS,
        )
        if not HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
            break
        address = urljoin(target.url, answer.headers.get("location", ""))
    else:
        raise NotFetched("it leads on and on")
    if answer.status in _OF_THE_FILE:
        raise Refused(f"{answer.status}: this file is not given out", status=answer.status)
    check(answer.status, answer.headers, answer.body, utc_now())
    if answer.headers.get("content-type", "").startswith("text/html"):
        raise NotFetched("a page came in its place")  # such as the door of the desk
    return answer.body


def checked(source: Source, address: str) -> Target:
    """Return where a file may be fetched; raises `NotFetched`."""
    try:
        target = receiver_of(address, frozenset(settings().private_hosts))
    except NotALink as error:
        raise NotFetched(f"its address {error}") from error
    if target.origin == origin_of(source) or _is_storage(source.kind, target):
        return target
    raise NotFetched(f"{target.host} is not where this desk keeps files")


def origin_of(source: Source) -> str:
    """Return the scheme, host and port of a desk, as they are compared."""
    return receiver_of(source.address, frozenset(settings().private_hosts)).origin


def _is_storage(kind: DeskKind, target: Target) -> bool:
    path = urlsplit(target.url).path
    return any(
        each.host.fullmatch(target.host) and each.path.match(path)
        for each in STORAGES.get(kind, ())
    )
