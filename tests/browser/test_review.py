"""Reviews and revisions in a browser: by keyboard, on a phone, with nothing that axe finds wrong."""

import pytest
from playwright.sync_api import expect

from articles.drafting import draft_article, save_draft
from articles.publishing import Words
from tests.browser.conftest import Check, OpenPage, Site, sign_in

pytestmark = pytest.mark.browser

BODY = "Hold the button.\n\n- one\n- two\n\nWait for ten seconds."


@pytest.fixture
def room(site: Site) -> str:
    """Address of the rooms of a draft with two revisions."""
    with site.app.app_context():
        draft = draft_article(Words(title="Reset the big lamp", body=BODY), "en", by="Camille")
        words = Words(
            title="Reset any lamp", body=BODY.replace("ten", "five").replace("\n- two", "")
        )
        save_draft(draft, words, after=1, by="Camille", message="Shorter")
        return f"/studio/drafts/{draft.id}"


def test_a_line_is_commented_on_and_answered_by_keyboard(open_page: OpenPage, room: str) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.goto(f"{room}/review/")
        page.get_by_role("link", name="Comment on line 5").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Comment on line 5")).to_be_focused()
        page.keyboard.type("Is it not ten?")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#line-5 .thread")).to_contain_text("Is it not ten?")
        page.locator("#line-5 summary").click()
        page.get_by_role("textbox", name="Answer").fill("Five, since March.")
        page.get_by_role("button", name="Send the answer").click()
        expect(page.locator("#line-5 .answer")).to_contain_text("Five, since March.")
        page.get_by_role("button", name="Done").click()
        expect(page.locator("#line-5 .thread")).to_contain_text("done, says")


def test_what_is_typed_and_not_sent_outlives_a_comment_and_a_reload(
    open_page: OpenPage, room: str
) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.goto(f"{room}/review/")
        whole = page.get_by_role("textbox", name="Comment on the whole text")
        whole.fill("Half a thought")
        page.get_by_role("link", name="Comment on line 5").click()
        page.get_by_role("textbox", name="Comment on line 5").fill("Is it not ten?")
        page.locator("#line-5").get_by_role("button", name="Comment", exact=True).click()
        expect(page.locator("#line-5 .thread")).to_contain_text("Is it not ten?")
        expect(whole).to_have_value("Half a thought")
        page.get_by_role("link", name="Comment on line 1").click()
        page.get_by_role("textbox", name="Comment on line 1").fill("Which button?")
        page.reload()
        expect(page.get_by_role("textbox", name="Comment on line 1")).to_have_value("Which button?")
        expect(page.get_by_role("textbox", name="Comment on line 5")).to_have_count(0)


def test_axe_finds_nothing_wrong_on_the_way_to_readers(
    open_page: OpenPage, axe: Check, room: str
) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        for path in ("review/?line=1", "publication", "revisions", "differences?as=page"):
            page.goto(f"{room}/{path}")
            assert axe(page) == [], path
        page.set_viewport_size({"width": 390, "height": 800})
        for path in ("review/?line=1", "publication", "revisions", "differences?as=side"):
            page.goto(f"{room}/{path}")
            assert axe(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") == 390, path


def test_a_link_shows_a_preview_to_somebody_without_an_account(
    open_page: OpenPage, room: str
) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.goto(f"{room}/publication")
        page.get_by_role("button", name="Make a link").click()
        link = page.get_by_label("Copy this link now").input_value()
    with open_page(link, locale="en-GB") as page:
        expect(page.get_by_text("This is a preview.")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Reset any lamp")
        assert page.locator("[data-vote]").count() == 0
