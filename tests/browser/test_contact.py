"""The request form in a browser: offers while typing, no word lost, one question after the thanks."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Check, OpenPage

pytestmark = pytest.mark.browser


def write(page: Page, subject: str) -> None:
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Your message").fill("It has not worked since yesterday.")


def test_what_answers_is_offered_opened_and_closes_the_form(
    open_page: OpenPage, axe: Check
) -> None:
    with open_page("/en/contact?q=reset+a+lamp", width=390, color_scheme="dark") as page:
        # The words of the search say enough: nothing needs to be typed first.
        expect(page.locator("[data-offers-status]")).to_contain_text("may answer")
        write(page, "reset a lamp")
        page.locator("[data-fold] > summary").click()  # on a telephone they take one line
        offer = page.locator("[data-article]").first
        offer.locator("summary").click()
        expect(offer.locator(".prose")).to_be_visible()
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("details .answers button").first.click()
        expect(page.get_by_role("heading", name="Glad that we could help")).to_be_visible()
        assert axe(page) == []
        page.get_by_role("link", name="I still want to write").click()
        expect(page.get_by_label("Your message")).to_have_value(
            "It has not worked since yesterday."
        )


def test_what_was_typed_stays_until_it_is_sent(open_page: OpenPage, axe: Check) -> None:
    with open_page("/en/contact") as page:
        write(page, "Somebody stole my bicycle")
        page.goto("/en/")
        page.goto("/en/contact")
        expect(page.get_by_label("Subject")).to_have_value("Somebody stole my bicycle")
        page.get_by_label("Your e-mail address").fill("alice@example")
        page.get_by_role("button", name="Send the message").click()
        expect(page.locator(".summary-of-errors")).to_be_focused()
        expect(page.get_by_label("Your e-mail address")).to_have_accessible_description(
            "We use it to answer you, for nothing else. "
            "This is not an e-mail address such as name@example.com."
        )
        assert axe(page) == []
        page.get_by_label("Your e-mail address").fill("alice@example.com")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Your message has reached us")).to_be_visible()
        assert axe(page) == []
        page.goto("/en/contact")
        expect(page.get_by_label("Subject")).to_have_value("")


def test_one_question_is_answered_by_keyboard_where_it_stands(
    open_page: OpenPage, axe: Check
) -> None:
    with open_page("/en/articles/reset-a-lamp", user_agent="Firefox of somebody content") as page:
        page.get_by_role("button", name="Yes", exact=True).click()
        question = page.locator("[data-survey]")
        expect(question).to_be_visible()
        assert axe(page) == []
        question.get_by_role("button").last.focus()
        page.keyboard.press("Enter")
        expect(question).to_contain_text("Thank you for your answer")
        expect(question).to_be_focused()
        expect(page.locator("#vote-message")).to_be_visible()
        assert axe(page) == []


def test_without_scripts_what_may_answer_is_shown_once_before_sending(open_page: OpenPage) -> None:
    agent = "Firefox without scripts"
    with open_page("/en/contact", java_script_enabled=False, user_agent=agent) as page:
        write(page, "reset a lamp")
        page.get_by_label("Your e-mail address").fill("bob@example.com")
        page.get_by_role("button", name="Send the message").click()
        expect(page.get_by_role("link", name="Before you send")).to_be_visible()
        page.get_by_role("button", name="Send anyway").click()
        expect(page.get_by_role("heading", name="Your message has reached us")).to_be_visible()
