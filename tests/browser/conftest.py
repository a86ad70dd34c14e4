"""A site that lives as long as the run, and pages of it in Chromium."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db
from kb.factory import create_app
from search import sync
from tests.browser import content
from tests.chromium import PATIENCE_MILLISECONDS, Check
from tests.conftest import PASSWORD
from tests.swift import SHUTDOWN_SECONDS

LEAD = "lead@clairson.example"
__all__ = ["PATIENCE_MILLISECONDS", "Check", "OpenPage", "Site", "sign_in"]

OpenPage = Callable[..., AbstractContextManager[Page]]


@dataclass(frozen=True, slots=True)
class Site:
    """A running site with some articles in both languages."""

    address: str
    app: Flask

    def url(self, path: str) -> str:
        """Return the address of a page."""
        return self.address + path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, _migrated_sqlite: bytes) -> Iterator[Site]:
    """A site for tests that only look, or whose votes disturb nobody."""
    home = tmp_path_factory.mktemp("browsed")
    (home / "kb.sqlite3").write_bytes(_migrated_sqlite)
    app = create_app(
        Settings(
            home=home,
            secret_key="for tests only",
            site_name="Clairson",
            contact_email="help@clairson.example",
            contact_phone="+33 4 00 00 00 00",
            contact_hours={"en": "Monday to Saturday", "fr": "du lundi au samedi"},
            embedding_model="off",
            indexer="off",
            log_level="ERROR",
            nps_sample=0.0,
        )
    )
    with app.app_context():
        content.fill()
        sync.reconcile(app)
        add_user(LEAD, PASSWORD, RoleName.LEAD)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(SHUTDOWN_SECONDS,), daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.port}", app)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def open_page(chromium: Browser, site: Site) -> OpenPage:
    """Return a context manager that gives a page, and fails when a script of ours does."""

    @contextmanager
    def opened(path: str = "", *, width: int = 1280, **options: Any) -> Iterator[Page]:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, **{"base_url": site.address, **options}
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "response", lambda answer: errors.append(answer.url) if answer.status >= 500 else None
        )
        if path:
            page.goto(path)
        yield page
        context.close()
        assert errors == []

    return opened


def sign_in(page: Page) -> None:
    """Sign in as a lead."""
    page.goto("/studio/sign-in")
    page.locator("#email").fill(LEAD)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button.primary").click()
    page.wait_for_url("**/studio/")
