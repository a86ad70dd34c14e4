"""Claims about the studio's frame and list in a browser: all by keyboard, on a screen and a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Check, OpenPage, sign_in


def test_the_palette_goes_anywhere_by_keyboard_alone(open_page: OpenPage) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.keyboard.press("Control+k")
        field = page.get_by_role("combobox", name="Article, draft or room")
        expect(field).to_be_focused()
        field.fill("recent acts")
        first = page.get_by_role("option").first
        expect(first).to_have_attribute("aria-selected", "true")
        expect(first).to_contain_text("Recent acts")
        chosen = field.get_attribute("aria-activedescendant")
        page.keyboard.press("ArrowDown")
        expect(field).not_to_have_attribute("aria-activedescendant", chosen or "")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/studio/acts/")
        page.keyboard.press("Control+k")
        page.keyboard.press("Escape")
        expect(page.locator("dialog.palette")).to_be_hidden()


def test_rows_are_ticked_in_ranges_counted_and_changed_together(open_page: OpenPage) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.goto("/studio/articles?sort=title")
        boxes = page.locator('input[name="article"]')
        boxes.nth(0).focus()
        page.keyboard.press("Space")
        boxes.nth(2).focus()
        page.keyboard.press("Shift+Space")
        expect(page.get_by_text("3 ticked")).to_be_visible()
        page.get_by_label("With those ticked").select_option(label="Add a tag")
        page.get_by_role("button", name="Continue…").click()
        page.get_by_label("Tag").fill("seen")
        page.get_by_role("button", name="Change 3 articles").click()
        expect(page.get_by_text("3 articles changed.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("Undone: 3 are as they were.")).to_be_visible()
        expect(page.get_by_role("link", name="#seen")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_desk_and_the_list_are_accessible_and_never_scroll_sideways(
    open_page: OpenPage, axe: Check, width: int
) -> None:
    with open_page(locale="en-GB", width=width) as page:
        sign_in(page)
        for path in ("/studio/", "/studio/articles?back=1", "/studio/verify", "/studio/links"):
            page.goto(path)
            assert axe(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        rooms = page.get_by_role("navigation", name="Studio")
        if width < 1024:
            expect(rooms).to_be_hidden()
            page.get_by_role("button", name="Menu").click()
        expect(rooms).to_be_visible()
        rooms.get_by_role("link", name="Articles").click()
        page.wait_for_url(re.compile("/studio/articles$"))
