"""The checks beside the text, in a real browser."""

from playwright.sync_api import expect

from tests.browser.conftest import Check, OpenPage, sign_in

PICTURE = "![](attachment:abc/x.png)"


def test_a_finding_appears_while_typing_and_leads_to_its_line(
    open_page: OpenPage, axe: Check
) -> None:
    with open_page() as page:
        sign_in(page)
        page.goto("/studio/drafts/1#part-checks")
        found = page.locator("[data-checks-part][data-at-once] [data-say]")
        expect(found).to_be_visible()
        body = page.locator("textarea[name=body]")
        body.fill(f"First.\n\n{PICTURE}\n\nLast.")
        place = page.locator(".finding.blocks .place")
        expect(place).to_be_visible()
        assert [each for each in axe(page) if "checks" in each] == []
        place.click()
        expect(body).to_be_focused()
        marked = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
        assert body.evaluate(marked) == PICTURE
        body.fill("First.\n\nLast.")
        expect(place).to_have_count(0)
