"""What a real browser does with hundreds of attacks: nothing. It is told to forget the policy of the
site, which would stop scripts too, so that what reaches the page stands for itself."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request

from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from tests.articles.hostile import besiege
from tests.browser.conftest import LEAD, PATIENCE_MILLISECONDS, sign_in
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser

ARTICLES = 8  # in which all attacks stand

# Opens every fold, touches every element, and reads every link as the browser does.
TOUCH = """() => {
  for (const fold of document.querySelectorAll("main details")) fold.open = true;
  for (const link of document.querySelectorAll("main a[href]")) {
    const scheme = new URL(link.href, location.href).protocol;
    if (!["http:", "https:", "mailto:", "tel:"].includes(scheme)) window.__xss = link.href;
  }
  for (const each of document.querySelectorAll("main *")) {
    each.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
    each.dispatchEvent(new Event("focus"));
    if (!each.closest("a, button, summary, label, form, [data-editor]")) each.click();
  }
  return window.__xss;
}"""


def test_nothing_runs_and_nothing_is_asked_of_others(
    chromium: Browser, app: Flask, live_server: str
) -> None:
    numbers = besiege(app, ARTICLES)
    add_user(LEAD, PASSWORD, RoleName.ADMIN)
    context = chromium.new_context(base_url=live_server, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MILLISECONDS)
    ran = watch(page, live_server)
    sign_in(page)
    for address in (
        *(f"/en/articles/attack-{number}" for number in range(ARTICLES)),
        "/en/", "/en/categories/c", "/en/search?q=lamp", "/en/search?q=<script>window.__xss=1</script>",
        "/studio/", "/studio/articles", "/studio/audit",
        *(f"/studio/drafts/{each}" for each in numbers[::4]),
        *(f"/studio/drafts/{numbers[1]}/{room}" for room in ("revisions", "publication")),
    ):  # fmt: skip
        page.goto(address)
        if page.evaluate(TOUCH):
            ran.append(address)
    page.goto("/en/")
    page.locator("input[type=search]").first.press_sequentially("lamp")
    page.locator("[role=option]").first.wait_for()
    assert page.evaluate("window.__xss") is None
    context.close()
    assert ran == []


def watch(page: Page, own: str) -> list[str]:
    """Return a list that fills with what pages should not do."""
    ran: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((own, "data:image/", "blob:")):
            ran.append(request.url)

    page.on("request", asked)
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: ran.append(popup.url))
    return ran
