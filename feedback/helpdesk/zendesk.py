"""Zendesk: tickets, their comments and files, by its documented API.

https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
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
from feedback.helpdesk.service import Access, Service, basic, present
from kb.deliveries.outcomes import Refused

COMMENTS_LOOKED_AT = 50


class Zendesk:
    """A Zendesk account, opened by an API token of one of its agents."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._service = Service(access.address, basic(f"{access.user}/token", access.key))

    def try_out(self) -> str:
        """Return who the account takes the site for; Zendesk calls a wrong token `Anonymous user`."""
        user = self._service.get("/api/v2/users/me.json").get("user") or {}
        if not user.get("id"):
            raise Refused("the user or the token is not known there")
        return f"{user.get('name', '')} ({user.get('role', '')})"

    def find(self, case: Case) -> Ticket | None:
        """Return the ticket that carries the reference of a request."""
        found = self._service.get(f"/api/v2/tickets.json?external_id={quote(case.reference)}")
        tickets = found.get("tickets") or []
        return self._ticket(tickets[0]["id"]) if tickets else None

    def open(self, case: Case, event_id: str) -> Ticket:
        """Return the new ticket of a request, written by its customer.

        The same body under the same key makes no second one; files have other names at each try, so
        that the key tells the bodies apart, as Zendesk asks for.
        """
        access = self._access
        ticket: dict[str, Any] = {
            "subject": case.title,
            "external_id": case.reference,
            "comment": {"body": first_words(case), **self._uploads(case.files)},
            "tags": [*access.tags, f"lang_{case.locale.lower()}"],
            "custom_fields": [
                {"id": int(theirs) if theirs.isdigit() else theirs, "value": value}
                for theirs, value in access.fields_of(case).items()
            ],
        }
        if case.email:
            ticket["requester"] = {"name": case.sender, "email": case.email}
        body = {"ticket": ticket}
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
        made = self._service.send(
            "POST", "/api/v2/tickets.json", body, {"Idempotency-Key": f"{event_id}-{digest}"}
        )
        return self._ticket(made["ticket"]["id"])

    def has(self, ticket: Ticket, comment: Comment) -> bool:
        """Tell whether one of the newest comments says the same."""
        found = self._service.get(
            f"/api/v2/tickets/{ticket.segment}/comments.json"
            f"?sort=-created_at&page%5Bsize%5D={COMMENTS_LOOKED_AT}"
        )
        return any(
            same_words(str(each.get("plain_body") or each.get("body") or ""), comment.text)
            or same_words(str(each.get("body") or ""), comment.text)
            for each in found.get("comments") or ()
        )

    def add(self, ticket: Ticket, comment: Comment) -> str:
        """Add a comment in the name of the customer, or a private one; return its number."""
        said: dict[str, Any] = {
            "body": comment.text,
            "public": comment.is_by_customer,
            **self._uploads(comment.files),
        }
        change: dict[str, Any] = {"comment": said}
        if comment.is_by_customer:
            kept = self._service.get(f"/api/v2/tickets/{ticket.segment}.json")["ticket"]
            said["author_id"] = kept.get("requester_id")
            change["status"] = "open"
        answer = self._update(ticket, change)
        events = (answer.get("audit") or {}).get("events") or ()
        return next((str(each["id"]) for each in events if each.get("type") == "Comment"), "")

    def close(self, ticket: Ticket, why: str) -> None:
        """Solve a ticket; where its rules forbid that, say at least why it should be."""
        note = {"body": why, "public": False}
        try:
            self._update(ticket, {"status": "solved", "comment": note})
        except Refused:  # no assignee, or a field that must be filled in first
            self._update(ticket, {"comment": note})

    def take_up(self, ticket: Ticket, why: str) -> None:
        """Open a ticket again."""
        self._update(ticket, {"status": "open", "comment": {"body": why, "public": False}})

    def files_of(self, ticket: Ticket, number: str, text: str) -> Sequence[ToldFile]:  # noqa: ARG002 - it numbers them
        """Return what is attached to one of the newest comments."""
        found = self._service.listed(
            f"/api/v2/tickets/{ticket.segment}/comments.json"
            f"?sort=-created_at&page%5Bsize%5D={COMMENTS_LOOKED_AT}"
        )
        return [
            ToldFile(str(file.get("file_name") or ""), str(file.get("content_url") or ""))
            for each in found.get("comments") or ()
            if str(each.get("id")) == number
            for file in each.get("attachments") or ()
            if not file.get("deleted")
        ]

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the headers that open the account."""
        return self._service.headers

    def _update(self, ticket: Ticket, change: dict[str, Any]) -> Any:
        return self._service.send(
            "PUT", f"/api/v2/tickets/{ticket.segment}.json", {"ticket": change}
        )

    def _uploads(self, files: Sequence[CaseFile]) -> dict[str, list[str]]:
        tokens = []
        for file in present(files):
            path = f"/api/v2/uploads.json?filename={quote(file.name)}"
            answer = self._service.put_bytes("POST", path, file.path.read_bytes(), file.media_type)
            tokens.append(answer["upload"]["token"])
        return {"uploads": tokens} if tokens else {}

    def _ticket(self, number: Any) -> Ticket:
        return Ticket(str(number), f"{self._access.address}/agent/tickets/{number}")
