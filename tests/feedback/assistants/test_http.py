"""Claims about assistants that come over HTTP, with the protocol's own client on loopback."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from sqlalchemy import select

from articles.models import Audience, Translation
from feedback.gaps.keeping import keep_gaps
from feedback.models import ArticleRead, Channel, SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.reports import rollups
from feedback.settling import settle
from feedback.spool.draining import drain
from kb.api import tokens
from kb.api.scopes import Scope
from kb.config import Settings
from kb.db import db, utc_now
from search import sync
from tests import factories
from tests.aside import in_a_loop_of_its_own
from tests.feedback.cast import at

PATIENCE_SECONDS = 100
Tools = Callable[[Client], Awaitable[Any]]


@pytest.fixture
def lamp(app: Flask) -> Translation:
    found = factories.article(
        "Reset a lamp", body="Hold the switch for ten seconds until the lamp blinks."
    )
    inside = factories.article("How we grade returned lamps")
    inside.article.audience = Audience.STAFF
    db.session.commit()
    sync.reconcile(app)
    return found


def key(*scopes: Scope) -> dict[str, str]:
    _token, text = tokens.make(db.session, "Agent", scopes)
    db.session.commit()
    return {"Authorization": f"Bearer {text}"}


def speak(
    address: str, act: Tools, headers: dict[str, str] | None = None, mode: Any = "auto"
) -> Any:
    """Return what `act` returns for a client that speaks to the site."""

    async def spoken() -> Any:
        async with (
            httpx2.AsyncClient(headers=headers or {}, timeout=PATIENCE_SECONDS) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
        ):
            return await act(client)

    found = in_a_loop_of_its_own(spoken(), PATIENCE_SECONDS)
    drain(wait_seconds=5)
    db.session.expire_all()
    return found


def called(name: str, **arguments: Any) -> Tools:
    async def call(client: Client) -> Any:
        return await client.call_tool(name, arguments)

    return call


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_assistant_finds_and_reads_an_article(
    live_server: str, lamp: Translation, mode: str
) -> None:
    async def act(client: Client) -> Any:
        found = await client.call_tool(
            "search", {"question": "reset lamp", "language": "en", "conversation": "one"}
        )
        first = found.structured_content["articles"][0]
        read = await client.call_tool(
            "read", {"article": first["id"], "question": "reset lamp", "conversation": "one"}
        )
        return found.structured_content, read.structured_content

    found, read = speak(live_server, act, mode=mode)
    assert [each["title"] for each in found["articles"]] == ["Reset a lamp"]
    assert read["id"] == lamp.article.key
    assert "Hold the switch for ten seconds" in read["markdown"]
    assert read["address"] == f"{live_server}/en/articles/{lamp.slug}"
    visit = db.session.scalars(select(Visit)).one()
    assert (visit.channel, visit.is_bot) == (Channel.MCP, False)
    assert db.session.scalars(select(ArticleRead.intent_id)).one() is not None


def test_what_is_not_answered_is_said_so_and_lands_in_the_gap_report_by_its_channel(
    live_server: str, lamp: Translation
) -> None:
    headers = key(Scope.REPORTS_READ)

    async def ask(client: Client) -> Any:
        for number in range(3):
            found = await client.call_tool(
                "search",
                {"question": "gift wrapping", "language": "en", "conversation": f"talk {number}"},
            )
        return found.structured_content

    found = speak(live_server, ask, headers)
    assert (found["is_answered"], found["articles"]) == (False, [])
    assert "/en/contact" in found["advice"]
    settle(at(days=4000))
    asked = db.session.scalars(select(SearchIntent)).all()
    assert {(each.channel, each.outcome) for each in asked} == {(Channel.MCP, Outcome.NO_RESULT)}
    rollups.refresh(at(days=4000))
    keep_gaps(now=utc_now())
    missing = speak(live_server, called("missing"), headers).structured_content
    assert [each["question"] for each in missing["questions"]] == ["gift wrapping"]
    assert missing["questions"][0]["asked_through"] == ["mcp"]


def test_a_program_that_is_let_in_by_a_key_is_no_robot_however_quick(
    live_server: str, lamp: Translation
) -> None:
    async def flood(client: Client) -> None:
        for number in range(20):
            await client.call_tool(
                "search", {"question": f"thing {number}", "conversation": "quick"}
            )

    speak(live_server, flood, key())
    settle(at(days=4000))
    assert db.session.scalars(select(Visit.is_bot)).all() == [False]
    speak(live_server, flood)
    settle(at(days=4000))
    assert sorted(db.session.scalars(select(Visit.is_bot)).all()) == [False, True]


def test_what_is_missing_is_not_for_everybody(live_server: str, lamp: Translation) -> None:
    async def names(client: Client) -> list[str]:
        return [each.name for each in (await client.list_tools()).tools]

    assert speak(live_server, names) == ["search", "read"]
    assert speak(live_server, names, key(Scope.ARTICLES_READ)) == ["search", "read"]
    assert speak(live_server, names, key(Scope.REPORTS_READ)) == ["search", "read", "missing"]


def test_articles_for_staff_need_a_key_and_to_be_asked_for(
    client: FlaskClient, lamp: Translation
) -> None:
    def titles(query: str = "", **headers: str) -> Any:
        answer = client.post(
            f"/mcp{query}",
            json=message(
                "tools/call",
                name="search",
                arguments={"question": "returned lamps", "language": "en"},
            ),
            headers={"Accept": "application/json, text/event-stream", **headers},
        )
        if answer.status_code != 200:
            return answer.status_code
        assert answer.json is not None
        found = answer.json["result"]["structuredContent"]["articles"]
        return {each["title"] for each in found}

    inside = "How we grade returned lamps"
    assert inside not in titles()
    assert inside not in titles(**key(Scope.ARTICLES_READ))
    assert titles("?audience=staff") == 401
    assert titles("?audience=staff", **key()) == 403
    assert inside in titles("?audience=staff", **key(Scope.ARTICLES_READ))


def message(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def test_a_page_of_another_site_cannot_ask(client: FlaskClient) -> None:
    asked = {
        "json": message("tools/list"),
        "headers": {"Accept": "application/json, text/event-stream"},
    }
    assert client.post("/mcp", **asked).status_code == 200
    asked["headers"]["Origin"] = "http://localhost"
    assert client.post("/mcp", **asked).status_code == 200
    asked["headers"]["Origin"] = "https://evil.example"
    assert client.post("/mcp", **asked).status_code == 403


def test_a_wrong_key_is_refused_where_none_is_needed(client: FlaskClient) -> None:
    answer = client.post(
        "/mcp", json=message("tools/list"), headers={"Authorization": "Bearer kb_wrong"}
    )
    assert answer.status_code == 401


def test_there_is_nothing_to_listen_to(client: FlaskClient) -> None:
    for answer in (client.get("/mcp"), client.delete("/mcp")):
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"{}", b'{"jsonrpc":"2.0"}', b"\xff\x00"])
def test_what_is_no_message_is_refused_and_nothing_hangs(client: FlaskClient, body: bytes) -> None:
    answer = client.post(
        "/mcp",
        data=body,
        content_type="application/json",
        headers={"Accept": "application/json, text/event-stream"},
    )
    assert 400 <= answer.status_code < 500


def test_an_article_is_read_by_its_address_too_and_what_is_gone_says_so(
    live_server: str, lamp: Translation
) -> None:
    address = f"https://help.example/en/articles/{lamp.slug}#steps"
    assert speak(live_server, called("read", article=address)).structured_content["id"]
    gone = speak(live_server, called("read", article="nowhere"))
    assert gone.is_error
    assert "Use the id that `search` gave" in json.dumps([each.text for each in gone.content])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "“question” is missing"),
        ({"question": ""}, "“question” must not be empty"),
        ({"question": "x" * 301}, "“question” may have 300 characters at most"),
        ({"question": ["lamp"]}, "“question” must be text"),
        ({"question": "lamp", "limit": 99}, "“limit” must be 10 or less"),
        ({"question": "lamp", "limit": 0}, "“limit” must be 1 or more"),
        ({"question": "lamp", "limit": "many"}, "“limit” must be a whole number"),
    ],
)
def test_a_wrong_argument_is_named_in_words(
    client: FlaskClient, arguments: dict[str, Any], said: str
) -> None:
    answer = client.post(
        "/mcp",
        json=message("tools/call", name="search", arguments=arguments),
        headers={"Accept": "application/json, text/event-stream"},
    )
    assert answer.json is not None
    result = answer.json["result"]
    (part,) = result["content"]
    assert result["isError"]
    assert part["text"] == f"Wrong arguments: {said}. Correct this, and call again."


def test_an_article_is_a_resource(live_server: str, lamp: Translation) -> None:
    async def act(client: Client) -> Any:
        return await client.read_resource(f"article://en/{lamp.article.key}")

    assert "Hold the switch" in speak(live_server, act).contents[0].text


class TestLimits:
    """Of a site that takes two requests."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"api_public_limit": "2 per minute"})

    def test_who_asks_too_much_waits(self, client: FlaskClient) -> None:
        accept = {"Accept": "application/json, text/event-stream"}
        codes = [
            client.post("/mcp", json=message("tools/list"), headers=accept).status_code
            for _ in range(3)
        ]
        assert codes == [200, 200, 429]
