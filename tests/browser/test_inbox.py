"""The inbox in a browser: by keys alone, with nothing typed lost and nothing sent over a colleague."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.opening import Opening, open_request
from feedback.requests.thread import NewMessage, add_message
from kb.db import db
from tests.browser.conftest import Check, OpenPage, Site, sign_in

pytestmark = pytest.mark.browser

# Polled inside the page: its policy lets no text be run from outside.
KEPT = """() => new Promise((done) => {
  const isKept = () => Object.keys(localStorage).some((key) => key.includes("request-"));
  const look = () => (isKept() ? done() : setTimeout(look, 50));
  look();
})"""
KEPT_WITH_FILES = """() => new Promise((done) => {
  const kept = () => Object.values(localStorage).map((each) => JSON.parse(each).fields?.file ?? "");
  const look = () => (kept().some((keys) => keys.split(" ").length === 2) ? done() : setTimeout(look, 50));
  look();
})"""
PASTE = """(field) => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(["a;b"], "pasted.csv", { type: "text/csv" }));
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
IN_FRENCH = re.compile(r"\]\(http\S+/fr/articles/\S+\)")


@pytest.fixture
def asked(site: Site) -> Iterator[str]:
    """The reference of a request in French."""
    with site.app.app_context(), site.app.test_request_context():
        opening = Opening("Ma lampe", "Elle clignote.", "carole@example.com", "fr")
        kept = open_request(db.session(), opening)
        db.session.commit()
        number, reference = kept.id, kept.reference
    yield reference
    with site.app.app_context():
        db.session.delete(db.session.get_one(ContactRequest, number))
        db.session.commit()


def says(site: Site, reference: str, text: str) -> None:
    """Let a colleague answer meanwhile."""
    with site.app.app_context(), site.app.test_request_context():
        query = select(ContactRequest).where(ContactRequest.reference == reference)
        kept = db.session.scalars(query).one()
        add_message(db.session(), kept, NewMessage(Author.STAFF, text, author_name="Jonas"))
        db.session.commit()


def answers(site: Site) -> list[str]:
    with site.app.app_context():
        return list(db.session.scalars(select(RequestMessage.text).order_by(RequestMessage.id)))


def test_a_request_is_answered_by_keys_and_words_outlive_a_reload(
    open_page: OpenPage, site: Site, asked: str, axe: Check
) -> None:
    with open_page("/studio/requests") as page:
        sign_in(page)
        page.goto(site.url("/studio/requests?q=clignote"))  # beside those of other tests
        assert axe(page) == []
        page.keyboard.press("j")
        expect(page.get_by_role("link", name="Ma lampe")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/studio/requests/{asked}")
        page.wait_for_load_state()
        page.keyboard.press("r")
        text = page.locator("#body")
        expect(text).to_be_focused()
        page.keyboard.type("Essayez ceci : ")
        _link_an_article(page)
        assert axe(page) == []
        kept = text.input_value()
        page.evaluate(KEPT)
        page.reload()
        page.get_by_role("button", name="Go on with it").click()
        expect(text).to_have_value(kept)
        _send_after_a_colleague(page, site, asked)
        assert answers(site)[-1] == kept.strip()


def test_files_of_an_answer_are_added_taken_back_and_outlive_a_reload(
    open_page: OpenPage, site: Site, asked: str, axe: Check
) -> None:
    with open_page(f"/studio/requests/{asked}") as page:
        sign_in(page)
        page.goto(site.url(f"/studio/requests/{asked}"))
        page.wait_for_load_state()
        files = page.get_by_role("list", name="Attached files").get_by_role("listitem")
        page.locator("#body").fill("Voici votre étiquette.")
        chosen = [
            {"name": name, "mimeType": "text/plain", "buffer": b"CMD-2026-0042"}
            for name in ("label.txt", "wrong.txt")
        ]
        page.get_by_label("Add files").set_input_files(chosen)  # type: ignore[arg-type]
        expect(files.get_by_role("button", name="Remove")).to_have_count(2)
        page.locator("#body").evaluate(PASTE)
        expect(files.get_by_role("button", name="Remove")).to_have_count(3)
        page.get_by_role("button", name="Remove wrong.txt").click()
        expect(files).to_have_count(2)
        assert axe(page) == []
        page.evaluate(KEPT_WITH_FILES)
        page.reload()
        page.get_by_role("button", name="Go on with it").click()
        expect(files).to_have_count(2)
        page.get_by_role("button", name="Send the answer").click()
        expect(page.locator(".notices")).to_contain_text("on its way")
        sent = page.locator("#newest").get_by_role("list", name="Files")
        expect(sent.get_by_role("link")).to_have_text(
            ["label.txt", "pasted.csv"], use_inner_text=True
        )


def _link_an_article(page: Page) -> None:
    """Choose an article that the customer reads in French."""
    page.keyboard.press("Control+k")
    page.keyboard.type("lamp")
    expect(page.locator("#link-found [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#body")).to_have_value(IN_FRENCH)


def _send_after_a_colleague(page: Page, site: Site, reference: str) -> None:
    says(site, reference, "Je m’en occupe.")
    send = page.get_by_role("button", name="Send the answer")
    send.click()
    expect(page.locator("[data-state]")).to_contain_text("Not sent yet")
    expect(page.locator("[data-pulse-place]")).to_contain_text("Jonas has answered")
    send.click()
    expect(page.locator(".notices")).to_contain_text("on its way")
