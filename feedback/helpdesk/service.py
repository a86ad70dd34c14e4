"""Asking the API of a help desk: JSON in, JSON out, and files."""

import json
import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from feedback.helpdesk.case import Case, CaseFile, Comment, Ticket, ToldFile
from kb.db import utc_now
from kb.deliveries.outcomes import check
from kb.deliveries.posting import ask, json_of, reach

MAX_LIST = 8_000_000  # bytes of a list of comments, each with its HTML


@dataclass(frozen=True, slots=True)
class Access:
    """How a help desk is reached, and what it is to make of requests. `options` are those of its page."""

    address: str  # https, without a final slash
    user: str
    key: str
    options: Mapping[str, Any]

    @property
    def tags(self) -> list[str]:
        """Return the tags that every request gets."""
        return list(self.options.get("tags", ()))

    def fields_of(self, case: Case) -> dict[str, str]:
        """Return the values of the desk's own fields, by what it calls them.

        A field of the form, or a fact such as `locale`, goes into the field that the page names.
        """
        facts = {
            **case.details,
            "locale": case.locale,
            "topic": case.topic_key,
            "channel": case.channel,
            "reference": case.reference,
            "customer_reference": case.customer_reference,
            "plan": case.plan,
            "page": case.page,
        }
        mapping: Mapping[str, str] = self.options.get("fields", {})
        return {theirs: facts[ours] for ours, theirs in mapping.items() if facts.get(ours)}


class Desk(Protocol):
    """What every help desk with an API can do."""

    def try_out(self) -> str:
        """Return who the desk takes the site for; raises `NotTaken`."""

    def find(self, case: Case) -> Ticket | None:
        """Return the ticket that a request became already."""

    def open(self, case: Case, event_id: str) -> Ticket:
        """Return the new ticket of a request."""

    def has(self, ticket: Ticket, comment: Comment) -> bool:
        """Tell whether a comment has arrived before."""

    def add(self, ticket: Ticket, comment: Comment) -> str:
        """Add a comment; return its number, empty where the desk does not say."""

    def close(self, ticket: Ticket, why: str) -> None:
        """Note that a request is closed."""

    def take_up(self, ticket: Ticket, why: str) -> None:
        """Note that a request is taken up again."""

    def files_of(self, ticket: Ticket, number: str, text: str) -> Sequence[ToldFile]:
        """Return what is attached to a comment, known by its number or else by its text."""

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the headers that open the desk, for nobody else."""


@dataclass(frozen=True, slots=True)
class Service:
    """A REST API under one address, with the headers that open it."""

    address: str
    headers: Mapping[str, str]

    def get(self, path: str) -> Any:
        """Return what the API says; raises `NotTaken`."""
        return json_of(ask("GET", self.address + path, headers=self.headers))

    def listed(self, path: str) -> Any:
        """Return what the API says of many comments, which is long; raises `NotTaken`."""
        answer = reach("GET", self.address + path, headers=self.headers, most=MAX_LIST)
        check(answer.status, answer.headers, answer.body, utc_now())
        return json_of(answer)

    def send(
        self,
        method: str,
        path: str,
        what: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return what the API answers to JSON; raises `NotTaken`."""
        content = json.dumps(what, ensure_ascii=False).encode()
        return self.put_bytes(method, path, content, "application/json", headers)

    def put_bytes(
        self,
        method: str,
        path: str,
        content: bytes,
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return what the API answers to a content; raises `NotTaken`."""
        sent = {**self.headers, "Content-Type": media_type, **(headers or {})}
        answer = ask(method, self.address + path, headers=sent, content=content)
        return json_of(answer) if answer.body.strip() else {}


def basic(user: str, key: str) -> dict[str, str]:
    """Return the header of HTTP's own names and passwords."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{key}'.encode()).decode()}"}


def form_with_files(
    fields: Iterable[tuple[str, str]], files: Sequence[CaseFile], name: str
) -> tuple[bytes, str]:
    """Return a form with files, and its media type with the boundary (RFC 7578)."""
    boundary = secrets.token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields
    ]
    for file in files:
        safe = file.name.replace('"', "'").replace("\r", " ").replace("\n", " ")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{safe}"\r\n'
            f"Content-Type: {file.media_type}\r\n\r\n"
        )
        parts.append(head.encode() + file.path.read_bytes() + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"


def present(files: Iterable[CaseFile]) -> list[CaseFile]:
    """Return the files whose content is still there."""
    return [each for each in files if each.path.is_file()]
