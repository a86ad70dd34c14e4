"""The page of results in a browser: every state for everybody, the vote in place, the reasons."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Check, OpenPage, sign_in

pytestmark = pytest.mark.browser

ANSWERED = "/en/search?q=unplug the lamp"
STATES = {
    ANSWERED: "article",
    "/en/search?q=rezet a lampp": "as well",
    "/en/search?q=%22lamp on the moon%22": "word for word",
    "/en/search?q=I want to talk to a human about a lamp": "Talk to a person",
    "/en/search?q=lamp&kind=video-guide": "Remove this filter",
    "/en/search?q=🎉": "found nothing",
    "/fr/search?q=réinitialiser une lampe": "cherchiez",
}


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing_wrong_in_any_state(
    open_page: OpenPage, axe: Check, width: int, scheme: str
) -> None:
    with open_page(width=width, color_scheme=scheme) as page:
        for address, said in STATES.items():
            page.goto(address)
            expect(page.get_by_role("main")).to_contain_text(said)
            assert axe(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_yes_to_the_answer_is_taken_where_it_stands(open_page: OpenPage, axe: Check) -> None:
    with open_page(ANSWERED) as page:
        expect(
            page.get_by_role("heading", name="Was this what you were looking for?")
        ).to_be_visible()
        page.get_by_role("button", name="Yes", exact=True).click()
        expect(page.locator("#vote-message")).to_contain_text("Thank you")
        expect(page.locator(".aftermath")).to_be_focused()
        assert "/search" in page.url
        assert axe(page) == []


def test_a_no_to_the_answer_leads_to_the_other_pages(open_page: OpenPage) -> None:
    with open_page(ANSWERED, width=390) as page:
        page.get_by_role("link", name="No, see other pages").click()
        expect(page.get_by_role("heading", name="Other pages")).to_be_in_viewport()
        expect(page.locator("#vote-message")).to_have_count(0)


def test_who_writes_can_open_the_reasons(open_page: OpenPage, axe: Check) -> None:
    with open_page(width=390) as page:
        sign_in(page)
        page.goto(ANSWERED)
        reasons = page.locator("details.why")
        reasons.first.get_by_text("Why this rank?").click()
        expect(reasons.first.get_by_role("rowheader", name="The words", exact=True)).to_be_visible()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
