"""Claims about `kb mcp`, started as an assistant starts it."""

import sys
from pathlib import Path
from typing import Any

from flask import Flask
from mcp import Client, StdioServerParameters
from sqlalchemy import select

from feedback.models import Channel, SearchIntent
from feedback.spool.draining import drain
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.aside import in_a_loop_of_its_own

PATIENCE_SECONDS = 120
ROOT = Path(__file__).parents[3]


def test_an_assistant_on_this_machine_searches_and_reads(app: Flask, settings: Settings) -> None:
    found = factories.article("Reset a lamp", body="Hold the switch for ten seconds.")
    started = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from kb.cli import main; main()", "mcp"],
        env={
            "KB_HOME": str(settings.home),
            "KB_EMBEDDING_MODEL": "off",
            "KB_SECRET_KEY": settings.secret_key,
            "KB_SITE_NAME": settings.site_name,
            "PYTHONPATH": str(ROOT),
        },
        cwd=str(ROOT),
    )

    async def spoken() -> tuple[Any, Any, Any]:
        async with Client(started) as client:
            tools = [each.name for each in (await client.list_tools()).tools]
            read = await client.call_tool("read", {"article": found.article.key})
            asked = await client.call_tool(
                "search", {"question": "gift wrapping", "language": "en"}
            )
            return tools, read.structured_content, asked.structured_content

    tools, read, asked = in_a_loop_of_its_own(spoken(), PATIENCE_SECONDS)
    assert tools == ["search", "read", "missing"]
    assert "Hold the switch" in read["markdown"]
    assert asked["is_answered"] is False
    drain(wait_seconds=5)
    db.session.expire_all()
    intent = db.session.scalars(select(SearchIntent)).one()
    assert (intent.query, intent.channel) == ("gift wrapping", Channel.MCP)
