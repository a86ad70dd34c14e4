"""Zammad: tickets and their articles, by its documented API (https://docs.zammad.org/en/latest/api/)."""

from base64 import b64encode
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
    is_meant,
    same_words,
)
from feedback.helpdesk.service import Access, Service, present

GROUP = "Users"  # the one that every Zammad begins with


class Zammad:
    """A Zammad, opened by an access token of one of its agents."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._service = Service(access.address, {"Authorization": f"Token token={access.key}"})

    def try_out(self) -> str:
        """Return who it takes the site for."""
        me = self._service.get("/api/v1/users/me")
        return f"{me.get('firstname', '')} {me.get('lastname', '')}".strip() or str(me.get("id"))

    def find(self, case: Case) -> Ticket | None:
        """Return the ticket whose title holds the reference."""
        query = quote(f'title:"{case.reference}"')
        found = self._service.get(f"/api/v1/tickets/search?query={query}&limit=10&expand=true")
        rows = found if isinstance(found, list) else []
        number = next(
            (each["id"] for each in rows if case.reference in str(each.get("title"))), None
        )
        return self._ticket(number) if number else None

    def open(self, case: Case, event_id: str) -> Ticket:  # noqa: ARG002 - it knows no such keys
        """Return the new ticket of a request; Zammad knows its customer by address, or makes one."""
        what: dict[str, Any] = {
            "title": case.title,
            "group": self._access.options.get("group") or GROUP,
            "tags": ",".join([*self._access.tags, f"lang_{case.locale.lower()}"]),
            "article": {**_article(first_words(case), case.files), "sender": "Customer"},
            **self._access.fields_of(case),
        }
        if case.email:
            what["customer_id"] = f"guess:{case.email}"
        return self._ticket(self._service.send("POST", "/api/v1/tickets", what)["id"])

    def has(self, ticket: Ticket, comment: Comment) -> bool:
        """Tell whether an article says the same."""
        found = self._service.get(f"/api/v1/ticket_articles/by_ticket/{ticket.segment}")
        return any(same_words(str(each.get("body") or ""), comment.text) for each in found)

    def add(self, ticket: Ticket, comment: Comment) -> str:
        """Add an article: in the name of the customer, or an internal note."""
        what: dict[str, Any] = {
            "ticket_id": int(ticket.number),
            **_article(comment.text, comment.files),
            "internal": not comment.is_by_customer,
            "sender": "Customer" if comment.is_by_customer else "Agent",
        }
        if comment.is_by_customer:
            kept = self._service.get(f"/api/v1/tickets/{ticket.segment}")
            what["origin_by_id"] = kept.get("customer_id")
        made = self._service.send("POST", "/api/v1/ticket_articles", what)
        if comment.is_by_customer:
            self._set(ticket, "open")
        return str(made.get("id", ""))

    def close(self, ticket: Ticket, why: str) -> None:
        """Close a ticket."""
        self.add(ticket, Comment(why, is_by_customer=False))
        self._set(ticket, "closed")

    def take_up(self, ticket: Ticket, why: str) -> None:
        """Open a ticket again."""
        self.add(ticket, Comment(why, is_by_customer=False))
        self._set(ticket, "open")

    def files_of(self, ticket: Ticket, number: str, text: str) -> Sequence[ToldFile]:  # noqa: ARG002 - it numbers them
        """Return what is attached to an article."""
        found = self._service.listed(f"/api/v1/ticket_articles/by_ticket/{ticket.segment}")
        where = f"{self._access.address}/api/v1/ticket_attachment/{ticket.segment}/{quote(number)}"
        return [
            ToldFile(str(file.get("filename") or ""), f"{where}/{file.get('id')}")
            for each in found
            if str(each.get("id")) == number
            for file in each.get("attachments") or ()
            if is_meant(file)
        ]

    @property
    def credentials(self) -> Mapping[str, str]:
        """Return the header that opens it."""
        return self._service.headers

    def _set(self, ticket: Ticket, state: str) -> None:
        self._service.send("PUT", f"/api/v1/tickets/{ticket.segment}", {"state": state})

    def _ticket(self, number: Any) -> Ticket:
        return Ticket(str(number), f"{self._access.address}/#ticket/zoom/{number}")


def _article(text: str, files: Sequence[CaseFile]) -> dict[str, Any]:
    return {
        "body": text,
        "content_type": "text/plain",
        "type": "note",
        "internal": False,
        "attachments": [
            {
                "filename": each.name,
                "data": b64encode(each.path.read_bytes()).decode(),
                "mime-type": each.media_type,
            }
            for each in present(files)
        ],
    }
