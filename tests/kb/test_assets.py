"""Claims about scripts and style sheets, and the addresses under which they are kept."""

import re
from graphlib import CycleError

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.assets import _scripts

IMPORTED = re.compile(r'^import\b.*?"(?P<address>[^"]+)"', re.MULTILINE)


def test_what_a_script_imports_may_be_kept_as_long_as_the_script(
    app: Flask, client: FlaskClient
) -> None:
    scripts = {n: each for n, each in app.extensions["kb_assets"].items() if n.endswith(".js")}
    found = [
        (n, m["address"]) for n, e in scripts.items() for m in IMPORTED.finditer(e.body.decode())
    ]
    assert found
    for name, address in found:
        answer = client.get(address)
        assert answer.status_code == 200, (name, address)
        assert "immutable" in answer.headers["Cache-Control"], (name, address)


def test_a_script_has_another_address_once_anything_that_it_imports_is_another() -> None:
    page = 'import "./middle.js";'
    middle = 'export { one } from "./deep.js";'
    before = _scripts({"page.js": page, "middle.js": middle, "deep.js": "export const one = 1;"})
    after = _scripts({"page.js": page, "middle.js": middle, "deep.js": "export const one = 2;"})
    assert before["page.js"].digest != after["page.js"].digest
    assert before["middle.js"].address("middle.js").encode() in before["page.js"].body


def test_a_text_that_speaks_of_a_script_stays_as_it_is() -> None:
    said = "const words = 'import \"./other.js\"';"
    assert _scripts({"page.js": said, "other.js": ""})["page.js"].body.decode() == said


def test_a_circle_of_imports_is_told_at_the_start() -> None:
    with pytest.raises(CycleError):
        _scripts({"one.js": 'import "./two.js";', "two.js": 'import "./one.js";'})
