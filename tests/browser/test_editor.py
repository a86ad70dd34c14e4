"""The editor in a real browser: type, paste a picture, come back, meet a colleague, lose the session."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from articles.drafting import draft_article, newest
from articles.models import Translation
from articles.publishing import Words
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.db import db
from tests.browser.conftest import PATIENCE_MILLISECONDS, Check
from tests.conftest import PASSWORD

pytestmark = pytest.mark.browser

# What the clipboard holds after a screenshot.
PASTE_A_PICTURE = """async (field) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 200 });
  canvas.getContext("2d").fillRect(20, 20, 100, 50);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  const data = new DataTransfer();
  data.items.add(new File([blob], "image.png", { type: "image/png" }));
  field.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
  );
}"""
Opened = Callable[[RoleName], Page]


@pytest.fixture
def opened(app: Flask, live_server: str, chromium: Browser) -> Iterator[Opened]:
    """Return a function that gives the editor of a new draft, to somebody who has signed in."""
    draft = draft_article(Words(title="Gift wrapping", body="One.\n\nTwo.\n\nThree."), "en")
    address = f"/studio/drafts/{draft.id}"
    pages = []

    def page_of(role: RoleName) -> Page:
        add_user(f"{role.value}@clairson.example", PASSWORD, role)
        context = chromium.new_context(
            base_url=live_server, locale="en-GB", viewport={"width": 1280, "height": 800}
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        sign_in(page, role)
        page.goto(address)
        pages.append(page)
        return page

    errors: list[str] = []
    yield page_of
    for page in pages:
        page.context.close()
    assert errors == []


def sign_in(page: Page, role: RoleName) -> None:
    page.goto("/studio/sign-in")
    page.locator("#email").fill(f"{role.value}@clairson.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/studio/")


def text_of(page: Page) -> str:
    return page.locator("#body").input_value()


def saved(page: Page) -> None:
    with page.expect_navigation(url="**saved=1"):
        page.keyboard.press("Control+s")


def stored() -> str:
    db.session.expire_all()
    return newest(db.session.query(Translation).one()).body


@contextmanager
def going_on(page: Page) -> Iterator[None]:
    """Come back to the page after a crash, and take up what it offers."""
    page.reload()
    yield
    # Keys are answered once the page has loaded; its text stands there before.
    with page.expect_navigation():
        page.locator(".offer").get_by_text("Go on with it").first.click()


def test_what_is_typed_and_pasted_survives_the_window(opened: Opened, axe: Check) -> None:
    page = opened(RoleName.WRITER)
    body = page.locator("#body")
    body.press("Control+End")
    page.keyboard.type("\n\n- first\nsecond\n\n")
    page.keyboard.press("Control+b")
    page.keyboard.type("dear")
    assert text_of(page).endswith("Three.\n\n- first\n- second\n\n**dear**")
    expect(page.locator(".seen strong")).to_have_text("dear")
    for _key in range(6):
        page.keyboard.press("Control+z")
    assert "dear" not in text_of(page)

    body.evaluate(PASTE_A_PICTURE)
    alt = page.get_by_label("Alternative text")
    alt.press("Enter")
    expect(alt).to_be_visible()  # nothing goes on without it
    alt.fill("A black box")
    alt.press("Enter")
    picture = page.locator(".seen img[alt='A black box']")
    expect(picture).to_have_attribute("width", "320")
    expect(page.locator("[data-pulse-place]")).to_contain_text("not saved yet")
    typed = text_of(page)
    assert axe(page) == []

    with going_on(page):
        assert text_of(page) == "One.\n\nTwo.\n\nThree."
    expect(body).to_have_value(typed)
    saved(page)
    assert stored() == typed
    expect(page.locator(".offer")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0


def test_two_writers_collide_and_a_session_ends_and_no_word_is_lost(
    opened: Opened, axe: Check
) -> None:
    first, second = opened(RoleName.REVIEWER), opened(RoleName.WRITER)
    expect(second.locator("[data-pulse-place]")).to_contain_text("reviewer is writing here too")
    first.locator("#body").fill("One by the reviewer.\n\nTwo.\n\nThree and more.")
    saved(first)
    second.locator("#body").fill("Before.\n\nOne by the writer.\n\nTwo.\n\nThree.")
    second.keyboard.press("Control+s")
    expect(second.locator("h1")).to_have_text("reviewer has changed the same lines")
    assert axe(second) == []
    second.get_by_label("Both, theirs first").check()
    with second.expect_navigation(url="**saved=1"):
        second.get_by_text("Save as decided").click()
    both = ("Before.", "One by the reviewer.", "One by the writer.", "Three and more.")
    assert all(each in stored() for each in both)

    second.context.clear_cookies()
    second.locator("#body").fill("Written after the session has ended.")
    second.keyboard.press("Control+s")
    expect(second.locator("[data-state]")).to_contain_text("You are signed out.")
    other = second.context.new_page()
    sign_in(other, RoleName.WRITER)
    second.bring_to_front()
    saved(second)
    assert stored() == "Written after the session has ended."
