"""The description of the API holds for what the API does."""

import html
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from kb.api import tokens
from kb.api.document import openapi
from kb.api.operations import PREFIX
from kb.api.problems import KINDS
from kb.api.scopes import MEANINGS, WORDS, Scope
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.kb.api import asking
from tests.kb.api.calling import call
from tests.kb.api.conftest import Program
from tests.swift import SHUTDOWN_SECONDS

SEED = 20_261_122
EXAMPLES = (
    3  # of each operation in each phase: the gate has half a minute; see docs/api.md for more
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    without_end = "1000000 per minute"
    return settings.model_copy(
        update={
            "api_limit": without_end,
            "api_public_limit": without_end,
            "vote_limit": without_end,
            "worker": "off",
        }
    )


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    with app.test_request_context():
        return openapi(app)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield f"{method.upper()} {path}", operation


@pytest.fixture
def quiet_server(app: Flask) -> Iterator[str]:
    """Address of the application on loopback, which answers an exception as a site does."""
    app.testing = False
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.log = lambda *_: None  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(SHUTDOWN_SECONDS,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_that_nobody_thought_of_breaks_it(app: Flask, quiet_server: str) -> None:
    factories.article(title="Return a lamp", body="Hello.\n\n## How\n\nPack it well.")
    _key, text = tokens.make(db.session, "Everything", list(Scope))
    db.session.commit()
    found = [str(each) for each in asking.ask(quiet_server, text, examples=EXAMPLES, seed=SEED)]
    assert not found, "\n".join(found)


def test_each_operation_says_what_it_does_and_for_whom(document: dict[str, Any]) -> None:
    silent = [
        name
        for name, operation in operations(document)
        if not (operation.get("summary") and operation.get("security") and operation.get("tags"))
    ]
    assert silent == []


def test_each_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _name, operation in operations(document)]
    assert len(names) == len(set(names))


def test_each_operation_describes_its_problems(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert {"401", "429", "500"} <= set(operation["responses"]), name
        needs_key = {} not in operation["security"]
        assert needs_key == ("403" in operation["responses"]), name


def test_each_argument_has_an_end(document: dict[str, Any]) -> None:
    """A text of any length in a body is an invitation to fill the disk."""
    endless = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        if schema.get("additionalProperties") is False
        for field, said in schema.get("properties", {}).items()
        if is_endless(said)
    ]
    assert endless == []


def is_endless(said: dict[str, Any]) -> bool:
    kinds = said.get("type", "")
    if "string" in kinds:
        has_end = {"maxLength", "enum", "format", "pattern"} & set(said)
        return not has_end
    return "array" in kinds and "maxItems" not in said


def test_everything_it_refers_to_is_there(document: dict[str, Any]) -> None:
    def references(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for each in part.values():
                yield from references(each)
        elif isinstance(part, list):
            for each in part:
                yield from references(each)

    for reference in set(references(document)):
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in found, reference
            found = found[step]


def test_every_scope_is_said_in_words() -> None:
    assert set(WORDS) == set(MEANINGS) == set(Scope)


def test_every_scope_opens_something(document: dict[str, Any]) -> None:
    asked = {
        scope
        for _name, operation in operations(document)
        for needs in operation["security"]
        for scope in needs.get("key", ())
    }
    # To read more is a wish within open operations, too.
    assert asked == {scope.value for scope in Scope}


def test_the_description_is_served_to_tools_of_any_site(client: FlaskClient) -> None:
    answer = client.get(f"{PREFIX}/openapi.json")
    assert answer.json is not None
    assert answer.json["openapi"].startswith("3.1")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"{PREFIX}/openapi.json", headers=known).status_code == 304


def test_the_reference_shows_each_operation_in_both_languages(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    for language in ("fr", "en"):
        page = client.get(f"{PREFIX}/", headers={"Accept-Language": language})
        assert f'lang="{language}"' in page.text
        for name, operation in operations(document):
            assert f'id="{operation["operationId"]}"' in page.text, name
        # Folded, as sixty of them are a hundred screens of a phone; the first lines stay.
        folded = page.text.split('<details class="folded">')[1:]
        assert len(folded) >= len(list(operations(document)))
        assert all(each.split("</summary>")[0].count("<h3 id=") == 1 for each in folded)


def test_the_examples_of_the_reference_run_in_their_order(
    client: FlaskClient, program: Program
) -> None:
    there = factories.article("Clean a lamp").article.key
    factories.category("orders")
    page = client.get(f"{PREFIX}/", headers={"Accept-Language": "en"}).text
    examples = [
        html.unescape(each) for each in re.findall(r"<code>(curl .*?)</code>", page, re.DOTALL)
    ]
    assert len(examples) == page.count(">Example</h4>") >= 54
    assert any(f"/articles/{there}" in each for each in examples)  # what is there to be read
    caller = program(*Scope)
    key = caller.environ_base.pop("HTTP_AUTHORIZATION").removeprefix("Bearer ")
    for each in examples:
        asked = call(each.replace("http://localhost", ""), {"KEY": key, "ETAG": "*"})
        answer = caller.open(asked.pop("path"), **asked)
        # What nobody has made yet is not there, or is there already: nothing else may be wrong with it.
        assert answer.status_code in {200, 201, 202, 204, 404, 409}, f"{each}\n{answer.text}"
        assert "…" not in each


def test_the_type_of_each_problem_is_a_page(client: FlaskClient) -> None:
    for kind in KINDS:
        page = client.get(f"{PREFIX}/problems/{kind.name}")
        assert page.status_code == 200
        assert kind.title in page.text
    assert client.get(f"{PREFIX}/problems/nothing").status_code == 404
