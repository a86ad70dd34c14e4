"""Finding, reading and voting: by keyboard alone, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser

ARTICLE = "/en/articles/reset-a-lamp"
ONE_LINE = 46  # CSS pixels: a row for fingers, with its border


def _tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until the element with this text or label has the focus."""
    said = "(e => e.ariaLabel || e.textContent.trim() || e.placeholder)(document.activeElement)"
    for _ in range(most):
        page.keyboard.press("Tab")
        if re.fullmatch(name, str(page.evaluate(said))):
            return
    raise AssertionError(f"Tab never came to {name}")


def test_a_keyboard_alone_goes_from_question_to_vote(open_page: OpenPage) -> None:
    with open_page("/en/") as page:
        _tab_to(page, "Your question")
        page.keyboard.type("reset a lamp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/search?q=reset+a+lamp")
        _tab_to(page, "Reset a lamp")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(ARTICLE))
        _tab_to(page, "Yes")
        page.keyboard.press("Enter")
        expect(page.locator("#vote-message")).to_contain_text("Thank you")
        expect(page.locator(".aftermath")).to_be_focused()


def test_suggestions_are_a_list_that_arrows_walk(open_page: OpenPage) -> None:
    with open_page("/en/") as page:
        field = page.get_by_role("combobox")
        field.press_sequentially("lamp")
        expect(page.get_by_role("option")).not_to_have_count(0)
        expect(field).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_role("search").get_by_role("status")).to_have_text(
            re.compile(r"Suggestions: \d")
        )
        page.keyboard.press("ArrowDown")
        first = page.get_by_role("option").first
        expect(first).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
        page.keyboard.press("Escape")
        expect(field).to_have_attribute("aria-expanded", "false")
        expect(field).to_have_value("lamp")


def test_a_chosen_suggestion_opens(open_page: OpenPage) -> None:
    with open_page("/en/") as page:
        page.get_by_role("combobox").press_sequentially("reset a l")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/en/(articles/reset-a-lamp|search\?q=Reset)"))


def test_an_answer_to_older_letters_is_dropped(open_page: OpenPage) -> None:
    held: list[Route] = []
    with open_page("/en/") as page:
        page.route("**/suggest?q=re", lambda route: held.append(route))  # noqa: PLW0108
        field = page.get_by_role("combobox")
        with page.expect_request("**/suggest?q=re"):
            field.fill("re")
        field.fill("reset")
        page.get_by_role("option").first.wait_for()
        held[0].fulfill(body='<li role="option" data-address="/">stale</li>')
        page.evaluate("fetch(location.href).then((answer) => answer.text())")  # it came before this
        assert "stale" not in page.get_by_role("listbox").inner_text()


def test_the_contents_follow_the_reader(open_page: OpenPage) -> None:
    with open_page(ARTICLE) as page:
        page.locator("#what-the-light-says").scroll_into_view_if_needed()
        page.evaluate("document.querySelector('#what-the-light-says').scrollIntoView()")
        expect(page.locator("#contents [aria-current]")).to_have_text("What the light says")


def test_on_a_phone_the_lists_fold_into_one_bar(open_page: OpenPage) -> None:
    with open_page(ARTICLE, width=390) as page:
        expect(page.locator("#contents")).to_be_hidden()
        expect(page.locator("#siblings")).to_be_hidden()
        page.get_by_role("button", name="On this page").click()
        page.locator("#contents").get_by_role("link", name="What the light says").click()
        expect(page.locator("#contents")).to_be_hidden()
        expect(page.locator("#what-the-light-says")).to_be_in_viewport()


def test_a_picture_opens_in_full_and_closes(open_page: OpenPage) -> None:
    with open_page(ARTICLE) as page:
        page.get_by_role("button", name="Enlarge the picture, A lamp on a table").click()
        expect(page.get_by_role("dialog", name="A lamp on a table")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_after_a_no_comes_an_apology_and_a_person(open_page: OpenPage) -> None:
    with open_page("/en/articles/lamp-flickers") as page:
        page.get_by_role("button", name="No", exact=True).click()
        vote = page.locator("#vote")
        expect(vote.locator("#vote-message")).to_contain_text("sorry")
        expect(vote.get_by_role("link", name="Write to us")).to_be_visible()
        vote.get_by_label("Something is missing").check()
        vote.get_by_label("In your own words (optional)").fill("Which socket?")
        vote.get_by_role("button", name="Send").click()
        expect(vote.locator("#vote-message")).to_contain_text("Thank you")
        vote.get_by_role("button", name="Change my answer").click()
        expect(vote.locator("#vote-message")).to_contain_text("now “Yes”")


def test_a_lost_connection_is_said_and_the_vote_stays_open(open_page: OpenPage) -> None:
    with open_page(ARTICLE) as page:
        page.route("**/vote", lambda route: route.abort())
        page.get_by_role("button", name="Yes", exact=True).click()
        expect(page.locator("[data-vote-status]")).to_contain_text("did not reach us")
        expect(page.get_by_role("button", name="Yes", exact=True)).to_be_visible()


def test_without_javascript_a_visitor_finds_reads_and_votes(open_page: OpenPage) -> None:
    with open_page("/fr/", java_script_enabled=False, width=390) as page:
        page.get_by_role("searchbox").fill("réinitialiser")
        page.get_by_role("searchbox").press("Enter")
        page.get_by_role("link", name="Réinitialiser une lampe").first.click()
        page.get_by_role("button", name="Sur cette page").click()
        page.locator("#contents").get_by_role("link", name="Les étapes").click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Non", exact=True).click()
        expect(page.locator("#vote-message")).to_contain_text("désolés")
        page.get_by_label("Il manque quelque chose").check()
        page.get_by_role("button", name="Envoyer").click()
        expect(page.locator("#vote-message")).to_contain_text("Merci")


def test_the_switch_stays_on_the_same_article(open_page: OpenPage) -> None:
    with open_page(ARTICLE) as page:
        page.get_by_role("navigation", name="Language").get_by_role("link", name="Français").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Réinitialiser une lampe")


def test_on_paper_only_the_article_remains(open_page: OpenPage) -> None:
    with open_page(ARTICLE) as page:
        page.emulate_media(media="print")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for part in (".search", ".languages", ".vote", "#contents", "#siblings", ".trail"):
            expect(page.locator(part).first).to_be_hidden()


def test_a_suggestion_with_a_lit_word_stays_on_one_line(open_page: OpenPage) -> None:
    with open_page("/en/") as page:
        page.get_by_role("combobox").fill("lamp")
        row = page.get_by_role("option").filter(has_text="Reset a lamp")
        row.wait_for()
        box = row.bounding_box()
    assert box is not None
    assert box["height"] <= ONE_LINE
