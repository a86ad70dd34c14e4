"""The application as it stands behind other programs."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from kb import factory
from kb.assets import STATIC, lean
from kb.config import Settings
from kb.factory import create_app

Site = Callable[..., Flask]
FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "help.example",
}


@pytest.fixture
def site(settings: Settings, _migrated_sqlite: bytes) -> Site:
    settings.home.mkdir(parents=True)
    (settings.home / "kb.sqlite3").write_bytes(_migrated_sqlite)

    def make(**changes: Any) -> Flask:
        return create_app(settings.model_copy(update=changes))

    return make


def test_without_a_proxy_nobody_is_believed(site: Site) -> None:
    page = site().test_client().get("/en/", headers=FORWARDED).text
    assert "help.example" not in page


def test_behind_a_proxy_addresses_are_those_of_the_public(site: Site) -> None:
    page = site(trusted_proxies=1).test_client().get("/en/", headers=FORWARDED).text
    assert 'rel="canonical" href="https://help.example/en/"' in page


@pytest.mark.parametrize(("address", "secure"), [("https://help.example", True), ("", False)])
def test_cookies_stay_on_https_where_the_site_is(site: Site, address: str, secure: bool) -> None:
    assert site(site_url=address).config["SESSION_COOKIE_SECURE"] is secure


def test_the_style_sheet_is_kept_for_ever_and_sent_zipped(site: Site) -> None:
    app = site()
    digest = app.extensions["kb_assets"]["site.css"].digest
    answer = app.test_client().get(
        f"/assets/{digest}/site.css", headers={"Accept-Encoding": "gzip"}
    )
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"


def test_an_asset_of_an_older_release_is_not_kept(site: Site) -> None:
    answer = site().test_client().get("/assets/000000000000/site.css")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_sheets_and_scripts_leave_without_what_only_their_writers_read() -> None:
    sheet = "/* About\n   the page. */\na {\n  margin: 0 auto;\n\n\n  color: red;\n}\n"
    assert lean(sheet) == "a {\nmargin: 0 auto;\ncolor: red;\n}\n"
    script = '// About.\n/** Adds. */\nconst a = "//"; // kept\n\n  // More.\n  a / b;\n/** Long\n * one. */\n'
    assert lean(script, ".js") == 'const a = "//"; // kept\na / b;\n/** Long\n* one. */\n'
    assert lean("<svg>\n  <a/>\n</svg>", ".svg") == "<svg>\n  <a/>\n</svg>"


def test_no_text_of_a_script_runs_over_the_end_of_its_line() -> None:
    """Else it would lose its margin on the way to readers."""
    markdown = re.compile(r'"`"|`\{3,\}')  # its signs begin no text
    for path in sorted((STATIC / "js").rglob("*.js")):
        for line in path.read_text().splitlines():
            assert markdown.sub("", line).count("`") % 2 == 0, f"{path.name}: {line}"


def test_a_server_that_tells_nobody_of_its_processes_loads_the_model_with_the_first_request(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setattr(factory, "start_background_work", lambda _app: started.append(os.getpid()))
    factory.start_with_first_request(app)
    assert started == []
    for _again in range(2):
        assert app.test_client().get("/healthz").status_code == 200
    assert started == [os.getpid()]
    monkeypatch.setattr(factory.os, "getpid", lambda: 7)  # a forked process
    app.test_client().get("/healthz")
    assert len(started) == 2
