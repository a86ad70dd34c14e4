"""The examples of docs/api.md do what the guide says."""

import re
from pathlib import Path

import pytest
from flask import Flask

from kb.api import tokens
from kb.api.scopes import Scope
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.kb.api.calling import call

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"


def examples() -> list[str]:
    """Return the lines that call the site with curl, in their order."""
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("curl")]


def test_every_example_works_in_its_turn(app: Flask) -> None:
    client = app.test_client()
    _key, text = tokens.make(db.session, "Guide", list(Scope))
    db.session.commit()
    values = {"SITE": "", "KEY": text, "ETAG": ""}
    assert len(examples()) >= 8
    for line in examples():
        asked = call(line, values)
        answer = client.open(asked.pop("path"), **asked)
        assert answer.status_code in {200, 201}, f"{line}\n{answer.text}"
        values["ETAG"] = answer.headers.get("ETag", values["ETAG"])


def test_the_program_in_python_reads_every_page(
    live_server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = {factories.article().article.key for _ in range(21)}
    (program,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    exec(program, {"SITE": live_server})
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == keys


def test_the_guide_names_every_scope_and_both_limits(settings: Settings) -> None:
    guide = GUIDE.read_text()
    assert all(f"| `{scope.value}` |" in guide for scope in Scope)
    assert f"`KB_API_LIMIT` ({Settings().api_limit})" in guide
    assert f"`KB_API_PUBLIC_LIMIT` ({Settings().api_public_limit})" in guide
