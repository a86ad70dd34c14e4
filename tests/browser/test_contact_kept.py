"""The request form in a browser: nothing moves, nothing is lost, files come and go."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from feedback.channels.models import Topic, TopicField
from kb.db import db
from tests.browser.conftest import Check, OpenPage, Site

pytestmark = pytest.mark.browser

SEND = "button[data-send]"


def picture(colour: str) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(drawn, "PNG")
    return drawn.getvalue()


def write(page: Page, subject: str, message: str = "Since yesterday, whatever I do.") -> None:
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Your message").fill(message)


def top_of(page: Page, selector: str) -> float:
    return float(page.locator(selector).evaluate("(each) => each.getBoundingClientRect().top"))


@pytest.fixture
def topic(site: Site) -> Iterator[str]:
    with site.app.app_context():
        made = Topic(key="colours", names={"en": "Colours", "fr": "Couleurs"})
        options = [{"key": key, "labels": {"en": key.title()}} for key in ("red", "blue")]
        made.fields = [
            TopicField(key="shade", kind="choice", labels={"en": "Which one?"}, options=options),
            TopicField(key="since", kind="date", labels={"en": "Since"}, is_required=True),
        ]
        db.session.add(made)
        db.session.commit()
        number = made.id
    yield "Colours"
    with site.app.app_context():
        db.session.delete(db.session.get_one(Topic, number))
        db.session.commit()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_offer_moves_nothing_that_somebody_is_about_to_press(
    open_page: OpenPage, width: int
) -> None:
    with open_page("/en/contact", width=width) as page:
        before = top_of(page, SEND)
        write(page, "reset a lamp")
        expect(page.locator("[data-offers-status]")).to_contain_text("may answer")
        assert top_of(page, SEND) == before


def test_words_outlive_a_lost_network_a_reload_and_a_closed_tab(
    open_page: OpenPage, axe: Check
) -> None:
    with open_page("/en/contact") as page:
        write(page, "My bicycle was stolen", "Twice.")
        page.get_by_label("Your e-mail address").fill("carol@example.com")
        page.context.set_offline(True)
        page.locator(SEND).click()
        status = page.locator("[data-send-status]")
        expect(status).to_contain_text("kept in this browser")
        assert axe(page) == []
        page.context.set_offline(False)
        expect(status).to_contain_text("connected again")
        page.reload()
        expect(page.get_by_label("Your message")).to_have_value("Twice.")
        other = page.context.new_page()
        page.close()
        other.goto(page.url)
        expect(other.get_by_label("Subject")).to_have_value("My bicycle was stolen")
        other.locator(SEND).click()
        expect(other.get_by_role("heading", name="has reached us")).to_be_visible()
        other.goto(page.url)
        expect(other.get_by_label("Subject")).to_have_value("")
        expect(other.locator("[data-kept]")).to_be_hidden()


def test_what_was_typed_is_forgotten_on_demand_and_after_a_day(open_page: OpenPage) -> None:
    with open_page("/en/contact") as page:
        write(page, "A secret")
        forget = page.get_by_role("button", name="Forget it")
        forget.click()
        expect(page.get_by_label("Subject")).to_be_focused()
        expect(page.get_by_label("Your message")).to_have_value("")
        page.reload()
        expect(page.get_by_label("Subject")).to_have_value("")
        write(page, "A secret")
        expect(forget).to_be_visible()
        page.evaluate(
            "const kept = JSON.parse(localStorage['kb-letter']);"
            "localStorage['kb-letter'] = JSON.stringify({ ...kept, at: kept.at - 86400001 })"
        )
        other = page.context.new_page()
        other.goto(page.url)
        expect(other.get_by_label("Subject")).to_have_value("")


def test_files_are_chosen_dropped_pasted_removed_and_come_back(
    open_page: OpenPage, axe: Check
) -> None:
    with open_page("/en/contact", width=390, color_scheme="dark") as page:
        write(page, "Look at these")
        files = page.locator("[data-files] > li")
        chosen = {"name": "red.png", "mimeType": "image/png", "buffer": picture("red")}
        archive = {"name": "all.zip", "mimeType": "application/zip", "buffer": b"PK"}
        page.get_by_label("Add files").set_input_files([chosen, archive])
        expect(files.filter(has_text="red.png").get_by_role("button")).to_be_visible()
        expect(page.get_by_role("alert").filter(has_text="is an archive")).to_be_visible()
        for kind in ("drop", "paste"):
            page.evaluate(
                """([kind, bytes]) => {
                  const data = new DataTransfer();
                  data.items.add(new File([Uint8Array.from(bytes)], `${kind}.png`));
                  const Kind = kind === "drop" ? DragEvent : ClipboardEvent;
                  const told = { bubbles: true, dataTransfer: data, clipboardData: data };
                  document.querySelector("#letter-message").dispatchEvent(new Kind(kind, told));
                }""",
                [kind, list(picture("blue"))],
            )
            expect(files.filter(has_text=f"{kind}.png").get_by_role("button")).to_be_visible()
        assert axe(page) == []
        page.get_by_role("button", name="Remove drop.png").click()
        expect(page.locator("[data-attach-status]")).to_contain_text("drop.png is removed")
        expect(page.locator("[data-kept]")).to_be_visible()
        page.reload()
        expect(files).to_have_count(2)
        page.get_by_label("Your e-mail address").fill("dave@example.com")
        page.locator(SEND).click()
        for name in ("red.png", "paste.png"):  # in the order in which they arrived
            expect(page.locator(".receipt")).to_contain_text(name)


def test_a_topic_brings_its_questions_with_scripts_and_without(
    open_page: OpenPage, axe: Check, topic: str
) -> None:
    with open_page("/en/contact") as page:
        write(page, "Which shade is it?")
        page.get_by_label("What is it about?").select_option(label=topic)
        page.get_by_label("Which one?").select_option("blue")
        assert axe(page) == []
        page.get_by_label("What is it about?").select_option(index=0)
        expect(page.get_by_label("Which one?")).to_have_count(0)
        page.get_by_label("What is it about?").select_option(label=topic)
        expect(page.get_by_label("Which one?")).to_have_value("blue")
        page.reload()
        expect(page.get_by_label("Which one?")).to_have_value("blue")
    agent = "Firefox without scripts, with a topic"
    with open_page("/en/contact", java_script_enabled=False, user_agent=agent) as page:
        write(page, "Which shade is it?")
        page.get_by_label("Your e-mail address").fill("erin@example.com")
        page.get_by_label("What is it about?").select_option(label=topic)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_label("Your message")).to_have_value("Since yesterday, whatever I do.")
        page.get_by_label("Since").fill("2026-11-01")
        page.locator(SEND).click()
        expect(page.get_by_role("heading", name="has reached us")).to_be_visible()
