"""One Chromium for the whole run, whoever looks through it, and what axe says of a page."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MILLISECONDS = 60_000  # for a busy machine; nothing here measures time
# Alone, as to hand over what is right takes a third of the time of finding what is wrong.
VIOLATIONS = """axe.run({ resultTypes: ["violations"] }).then((found) => found.violations)"""
expect.set_options(timeout=PATIENCE_MILLISECONDS)

Check = Callable[[Page], list[str]]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium of the system, or the one that KB_CHROMIUM names."""
    path = os.environ.get("KB_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium: apt-get install chromium, or set KB_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> Check:
    """Return a function that gives what axe finds wrong, as sentences."""
    checker = Axe()

    def check(page: Page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(checker.axe_script)
        return [
            f"{each['id']}: {each['help']}: {node['target']}"
            for each in page.evaluate(VIOLATIONS)
            for node in each["nodes"]
        ]

    return check
