"""Freshdesk: tickets, notes and files, by its documented API (https://developers.freshdesk.com/api/)."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from feedback.helpdesk.case import (
    Case,
    CaseFile,
    Comment,
    Ticket,
    ToldFile,
    first_words,
    same_words,
)
from feedback.helpdesk.service import Access, Service, basic, form_with_files, present

OPEN, RESOLVED = 2, 4
PORTAL, LOW = 2, 1  # source and priority
NOTES_LOOKED_AT = 100
PAGES_LOOKED_AT = 10  # of so many notes


class Freshdesk:
    """A Freshdesk account, opened by the API key of one of its agents."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._service = Service(access.address, basic(access.key, "X"))

    def try_out(self) -> str:
        """Return who the account takes the site for."""
        me = self._service.get("/api/v2/agents/me")
        return str((me.get("contact") or {}).get("name") or me.get("id"))

    def find(self, case: Case) -> Ticket | None:
        """Return the newest ticket of the customer whose subject holds the reference."""
        if not case.email:
            return None
        found = self._service.get(f"/api/v2/tickets?email={quote(case.email)}")
        number = next(
            (each["id"] for each in found if case.reference in str(each.get("subject"))), None
        )
        return self._ticket(number) if number else None

    def open(self, case: Case, event_id: str) -> Ticket:  # noqa: ARG002 - it knows no such keys
        """Return the new ticket of a request."""
        what: dict[str, Any] = {
            "subject": case.title,
            "description": _html(first_words(case)),
            "name": case.sender,
            "email": case.email or f"{case.reference.lower()}@invalid.example",
            "status": OPEN,
            "priority": LOW,
            "source": PORTAL,
            "tags": [*self._access.tags, f"lang_{case.locale.lower()}"],
        }
        fields = self._access.fields_of(case)
        if fields:
            what["custom_fields"] = fields
        return self._ticket(self._post("/api/v2/tickets", what, present(case.files))["id"])

    def has(self, ticket: Ticket, comment: Comment) -> bool:
        """Tell whether a note says the same."""
        found = self._service.get(
            f"/api/v2/tickets/{ticket.segment}/conversations?per_page={NOTES_LOOKED_AT}"
        )
        return any(same_words(str(each.get("body_text") or ""), comment.text) for each in found)

    def add(self, ticket: Ticket, comment: Comment) -> str:
        """Add a note: in the name of the customer, or for the staff alone."""
        what: dict[str, Any] = {
            "body": _html(comment.text),
            "private": not comment.is_by_customer,
        }
        if comment.is_by_customer:
            kept = self._service.get(f"/api/v2/tickets/{ticket.segment}")
            what |= {"incoming": True, "user_id": kept["requester_id"]}
        path = f"/api/v2/tickets/{ticket.segment}/notes"
        number = self._post(path, what, present(comment.files)).get("id", "")
        if comment.is_by_customer:
            self._set(ticket, OPEN)
        return str(number)

    def close(self, ticket: Ticket, why: str) -> None:
        """Resolve a ticket."""
        self.add(ticket, Comment(why, is_by_customer=False))
        self._set(ticket, RESOLVED)

    def take_up(self, ticket: Ticket, why: str) -> None:
        """Open a ticket again."""
        self.add(ticket, Comment(why, is_by_customer=False))
        self._set(ticket, OPEN)

    def files_of(self, ticket: Ticket, number: str, text: str) -> Sequence[ToldFile]:
        """Return what is attached to a message, the newest that says the same where no number is told."""
        rows = self._conversations(ticket)
        mine = [each for each in rows if str(each.get("id")) == number] or [
            each for each in rows if _says(each, text)
        ]
        return [
            ToldFile(str(file.get("name") or ""), str(file.get("attachment_url") or ""))
            for each in mine[-1:]
            for file in each.get("attachments") or ()
        ]

    def _conversations(self, ticket: Ticket) -> list[Mapping[str, Any]]:
        """Return the messages of a ticket, the oldest first."""
        rows: list[Mapping[str, Any]] = []
        for page in range(1, PAGES_LOOKED_AT + 1):
            path = f"/api/v2/tickets/{ticket.segment}/conversations"
            some = self._service.listed(f"{path}?per_page={NOTES_LOOKED_AT}&page={page}")
            rows += some
            if len(some) < NOTES_LOOKED_AT:
                break
        return rows

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the headers that open the account."""
        return self._service.headers

    def _set(self, ticket: Ticket, status: int) -> None:
        self._service.send("PUT", f"/api/v2/tickets/{ticket.segment}", {"status": status})

    def _post(self, path: str, what: Mapping[str, Any], files: list[CaseFile]) -> Any:
        if not files:
            return self._service.send("POST", path, what)
        content, media_type = form_with_files(_flat(what), files, "attachments[]")
        return self._service.put_bytes("POST", path, content, media_type)

    def _ticket(self, number: Any) -> Ticket:
        return Ticket(str(number), f"{self._access.address}/a/tickets/{number}")


def _says(message: Mapping[str, Any], text: str) -> bool:
    """Tell whether a message is the one that was told, which may stand below the name of its author."""
    said = " ".join(str(message.get("body_text") or "").split())
    return bool(said) and " ".join(text.split()).endswith(said)


def _flat(what: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the fields of a form that says what JSON says."""
    flat: list[tuple[str, str]] = []
    for key, value in what.items():
        if isinstance(value, list):
            flat += [(f"{key}[]", str(each)) for each in value]
        elif isinstance(value, Mapping):
            flat += [(f"{key}[{name}]", str(each)) for name, each in value.items()]
        else:
            flat.append((key, json.dumps(value) if isinstance(value, bool) else str(value)))
    return flat


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")
