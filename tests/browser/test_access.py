"""Anybody can use every page: axe, sizes, zoom, contrast, focus."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Check, OpenPage, sign_in

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/{locale}/",
    "category": "/{locale}/categories/{category}",
    "article": "/{locale}/articles/{article}",
    "search": "/{locale}/search?q={words}",
    "search without hits": "/{locale}/search?q=xyzzyx",
    "empty search": "/{locale}/search",
    "contact": "/{locale}/contact",
    "not found": "/{locale}/articles/lamp-wifi",
}
WORDS = {
    "en": {"category": "getting-started", "article": "reset-a-lamp", "words": "lamp"},
    "fr": {"category": "installation", "article": "reinitialiser-lampe", "words": "lampe"},
}
LOOKS = {
    "screen": {"width": 1280, "color_scheme": "light"},
    "dark phone": {"width": 390, "color_scheme": "dark", "has_touch": True},
    "high contrast at 400%": {"width": 320, "contrast": "more"},
    "dark, high contrast": {"width": 1280, "contrast": "more", "color_scheme": "dark"},
}
SMALLEST_TARGET = 44  # CSS pixels, for fingers
# Links in running text are exempt (WCAG 2.5.8), headings link to themselves.
SMALL_TARGETS = """least => [...document.querySelectorAll("a[href], button, input, summary, textarea")]
  .filter(each => {
    const box = (each.closest("label") ?? each).getBoundingClientRect();
    const style = getComputedStyle(each);
    return box.width && box.height && !each.closest(".skip, .prose p, .prose li, .prose h2, .prose h3")
      && (style.display !== "inline" || !each.closest("p, td, li"))
      && box.height < least - 0.5;
  }).map(each => `${each.className} ${each.textContent} ${each.getBoundingClientRect().height}`)"""


def address(page: str, locale: str) -> str:
    """Return where a page of the test site is."""
    return PAGES[page].format(locale=locale, **WORDS[locale])


@pytest.mark.parametrize("locale", WORDS)
def test_axe_finds_nothing_wrong(open_page: OpenPage, axe: Check, locale: str) -> None:
    with open_page() as shown:
        for page in PAGES:
            shown.goto(address(page, locale))
            assert axe(shown) == [], page


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_wrong_in_any_look(open_page: OpenPage, axe: Check, look: str) -> None:
    with open_page(**LOOKS[look]) as shown:
        for page in ("home", "article", "search"):
            shown.goto(address(page, "fr"))
            assert axe(shown) == [], page


def test_axe_finds_nothing_wrong_with_what_opens(open_page: OpenPage, axe: Check) -> None:
    with open_page("/en/articles/reset-a-lamp", width=390) as page:
        page.get_by_role("button", name="On this page").click()
        assert axe(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Enlarge the picture").click()
        assert axe(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("combobox").fill("lamp")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert axe(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("button", name="No", exact=True).click()
        page.locator("#vote-message").wait_for()
        assert axe(page) == []


def test_axe_finds_nothing_wrong_in_the_studio(open_page: OpenPage, axe: Check) -> None:
    with open_page("/studio/sign-in") as page:
        assert axe(page) == []
        sign_in(page)
        assert axe(page) == []
        page.goto("/studio/reports/gaps")
        assert axe(page) == []
        for address in (
            "/studio/reports/digest",
            "/studio/reports/digest/preview",
            "/studio/phrasings",
            "/studio/gaps/1",
            "/studio/gaps/1/help",
            "/studio/drafts/1",
        ):
            page.goto(address)
            assert axe(page) == [], address
        page.goto("/studio/synonyms")
        page.get_by_label("Words that mean the same").fill("lamp, light")
        page.get_by_role("button", name="See what would change").click()
        expect(page.get_by_role("heading", name="What would change")).to_be_visible()
        assert axe(page) == []
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").filter(has_text="lamp, light")).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 800})
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.get_by_role("link", name="Change lamp, light").click()
        assert axe(page) == []


def test_a_refused_sign_in_is_said_and_tied_to_its_fields(open_page: OpenPage, axe: Check) -> None:
    with open_page("/studio/sign-in", locale="en-GB") as page:
        page.get_by_label("E-mail address").fill("nobody@clairson.example")
        page.get_by_label("Password").fill("not the right one")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("do not go together")
        expect(page.get_by_label("Password")).to_have_accessible_description(
            "This address and this password do not go together. Check both, then try again."
        )
        assert axe(page) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_scrolls_sideways(open_page: OpenPage, width: int) -> None:
    with open_page(width=width) as shown:
        for page in PAGES:
            shown.goto(address(page, "fr"))
            assert shown.evaluate("document.documentElement.scrollWidth") <= width, page


def test_fingers_find_what_they_touch(open_page: OpenPage) -> None:
    with open_page(width=390, has_touch=True, is_mobile=True) as shown:
        for page in PAGES:
            shown.goto(address(page, "fr"))
            assert shown.evaluate(SMALL_TARGETS, SMALLEST_TARGET) == [], page


def _focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_the_first_stop_of_the_keyboard_skips_to_the_content(open_page: OpenPage) -> None:
    with open_page("/en/articles/reset-a-lamp") as page:
        page.keyboard.press("Tab")
        assert _focused(page) == "Skip to the content"
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_the_focus_is_drawn_three_pixels_wide(open_page: OpenPage) -> None:
    with open_page("/en/") as page:
        for _ in range(4):
            page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert style == "3px"


@pytest.mark.parametrize("locale", WORDS)
def test_every_page_has_one_title_and_says_its_language(open_page: OpenPage, locale: str) -> None:
    with open_page() as page:
        for name in PAGES:
            page.goto(address(name, locale))
            assert page.locator("h1").count() == 1, name
            assert page.locator("html").get_attribute("lang") == locale
            assert page.title().strip(), name
