"""Help desks for tests: servers on loopback that check, keep and answer as the real ones document."""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.listening import Heard, Says, says_json

USER, KEY = "agent@clairson.example", "zendesk-token"


@dataclass
class FakeZendesk:
    """Tickets with comments; `before` and `after` may spoil an answer, as nets and services do."""

    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    uploads: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    is_down: bool = False
    loses_answers: int = 0  # so many requests are carried out, and answered by 502
    refuses_to_solve: bool = False
    files: dict[str, Says] = field(default_factory=dict)  # what it keeps, by path
    fetched: list[Heard] = field(default_factory=list)

    def __call__(self, heard: Heard) -> Says:
        if self.is_down:
            return Says(503, b"maintenance")
        if heard.path in self.files:
            self.fetched.append(heard)
            return self.files[heard.path]
        wanted = "Basic " + b64encode(f"{USER}/token:{KEY}".encode()).decode()
        if heard.headers.get("authorization") != wanted:
            return says_json({"error": "Couldn't authenticate you"}, 401)
        answer = self._answer(heard)
        if self.loses_answers and heard.method != "GET":
            self.loses_answers -= 1
            return Says(502, b"bad gateway")
        return answer

    def _answer(self, heard: Heard) -> Says:
        parts = urlsplit(heard.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/api/v2/users/me.json":
            return says_json({"user": {"id": 1, "name": "Ines", "role": "agent"}})
        if parts.path == "/api/v2/uploads.json":
            token = f"up{len(self.uploads) + 1}"
            self.uploads[token] = (asked["filename"], heard.body)
            return says_json({"upload": {"token": token}}, 201)
        if parts.path == "/api/v2/tickets.json":
            return self._find(asked) if heard.method == "GET" else self._make(heard)
        number, what = re.fullmatch(r"/api/v2/tickets/(\d+)(/comments)?\.json", parts.path).groups()  # type: ignore[union-attr]
        ticket = self.tickets[int(number)]
        if what:
            return says_json({"comments": ticket["comments"][::-1]})
        if heard.method == "GET":
            return says_json({"ticket": ticket})
        return self._change(ticket, heard.json["ticket"])

    def _find(self, asked: dict[str, str]) -> Says:
        found = [
            each
            for each in self.tickets.values()
            if each["external_id"] == asked.get("external_id")
        ]
        return says_json({"tickets": found})

    def _make(self, heard: Heard) -> Says:
        key = heard.headers.get("idempotency-key", "")
        if key in self.keys:
            return says_json({"ticket": self.tickets[self.keys[key]]}, 201)
        asked = heard.json["ticket"]
        number = 4711 + len(self.tickets)
        self.tickets[number] = {
            "id": number,
            "status": "new",
            "requester_id": 77,
            **{name: value for name, value in asked.items() if name != "comment"},
            "comments": [{"id": number * 100, "public": True, **asked["comment"]}],
        }
        self.keys[key] = number
        return says_json({"ticket": self.tickets[number]}, 201)

    def _change(self, ticket: dict[str, Any], change: dict[str, Any]) -> Says:
        if self.refuses_to_solve and change.get("status") == "solved":
            return says_json({"error": "RecordInvalid", "description": "Assignee: required"}, 422)
        events = []
        if "comment" in change:
            comment = {"id": ticket["id"] * 100 + len(ticket["comments"]), **change["comment"]}
            ticket["comments"].append(comment)
            events.append({"type": "Comment", "id": comment["id"]})
        ticket["status"] = change.get("status", ticket["status"])
        return says_json({"ticket": ticket, "audit": {"events": events}})

    @property
    def one(self) -> dict[str, Any]:
        (ticket,) = self.tickets.values()
        return ticket


@dataclass
class FakeFreshdesk:
    """Tickets and notes; knows both JSON and forms with files."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    forms: list[bytes] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, heard: Heard) -> Says:
        wanted = "Basic " + b64encode(f"{KEY}:X".encode()).decode()
        if heard.headers.get("authorization") != wanted:
            return says_json({"code": "invalid_credentials"}, 401)
        known = {
            "GET /api/v2/agents/me": lambda: {"id": 1, "contact": {"name": "Ines"}},
            "GET /api/v2/tickets": lambda: self.tickets,
            "POST /api/v2/tickets": lambda: self._add(self.tickets, heard, id=12, requester_id=5),
            "GET /api/v2/tickets/12": lambda: self.tickets[0],
            "PUT /api/v2/tickets/12": lambda: self.tickets[0].update(heard.json) or self.tickets[0],
            "GET /api/v2/tickets/12/conversations": lambda: [
                {"body_text": each["body"], **each} for each in self.notes
            ],
            **{
                f"GET {path}": lambda content=content: content
                for path, content in self.files.items()
            },
            "POST /api/v2/tickets/12/notes": lambda: self._add(self.notes, heard, id=100),
        }
        return answered(known, heard)

    def _add(self, rows: list[dict[str, Any]], heard: Heard, **more: Any) -> dict[str, Any]:
        if heard.headers["content-type"].startswith("multipart/form-data"):
            self.forms.append(heard.body)
            rows.append(more)
        else:
            rows.append({**heard.json, **more})
        return rows[-1]


@dataclass
class FakeZammad:
    """Tickets and articles."""

    tickets: list[dict[str, Any]] = field(default_factory=list)
    articles: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def __call__(self, heard: Heard) -> Says:
        if heard.headers.get("authorization") != f"Token token={KEY}":
            return says_json({"error": "Authentication required"}, 403)
        known = {
            "GET /api/v1/users/me": lambda: {"id": 1, "firstname": "Ines", "lastname": "L"},
            "POST /api/v1/tickets": lambda: self._add(
                self.tickets, heard, id=33, customer_id=9, asked=heard.json
            ),
            "GET /api/v1/tickets/search": lambda: self.tickets,
            "GET /api/v1/tickets/33": lambda: self.tickets[0],
            "PUT /api/v1/tickets/33": lambda: self.tickets[0].update(heard.json) or self.tickets[0],
            "POST /api/v1/ticket_articles": lambda: self._add(self.articles, heard, id=200),
            "GET /api/v1/ticket_articles/by_ticket/33": lambda: self.articles,
            **{
                f"GET {path}": lambda content=content: content
                for path, content in self.files.items()
            },
        }
        return answered(known, heard)

    def _add(self, rows: list[dict[str, Any]], heard: Heard, **more: Any) -> dict[str, Any]:
        rows.append({**heard.json, **more})
        return rows[-1]


def answered(known: dict[str, Callable[[], Any]], heard: Heard) -> Says:
    """Answer by method and path, 404 to what the service does not know."""
    found = known.get(f"{heard.method} {urlsplit(heard.path).path}")
    if found is None:
        return Says(404)
    what = found()
    return Says(200, what) if isinstance(what, bytes) else says_json(what)
