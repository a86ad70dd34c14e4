"""The widget on a foreign page: hostile styles, a strict policy, and all that the help site can."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import select

from feedback.contact.models import ContactAttempt
from feedback.models import Channel, Visit, Vote
from feedback.requests.models import ContactRequest
from feedback.spool.draining import drain
from feedback.widget.sites import allow
from kb.db import db
from tests.browser.conftest import PATIENCE_MILLISECONDS, Check, Site
from tests.browser.foreign import shop

pytestmark = pytest.mark.browser


@dataclass(slots=True)
class Visited:
    """A page of the shop, with what it asked for and what its console said."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def shop_address(site: Site) -> Iterator[str]:
    with shop(site.address) as address:
        with site.app.app_context():
            allow(address)
            db.session.commit()
        yield address


@pytest.fixture
def visited(chromium: Browser) -> Iterator[Visited]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 800},
        locale="en-GB",
        # Visits go on for a while: not that of a test which looked at the site itself.
        user_agent="Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 At the shop",
    )
    found = Visited(context.new_page())
    found.page.set_default_timeout(PATIENCE_MILLISECONDS)

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            found.said.append(message.text)

    found.page.on("console", hear)
    found.page.on("pageerror", lambda error: found.said.append(str(error)))
    found.page.on("request", lambda request: found.asked.append(request.url))
    yield found
    context.close()


def go(visited: Visited, address: str) -> Page:
    visited.page.goto(address)
    visited.page.locator("kb-help").wait_for(state="attached")
    return visited.page


def test_it_works_on_the_most_hostile_page_and_asks_for_nothing_before(
    site: Site, shop_address: str, visited: Visited, axe: Check
) -> None:
    page = go(visited, f"{shop_address}/hostile-strict")
    opener = page.get_by_role("button", name="Help")
    expect(opener).to_be_visible()
    assert [each for each in visited.asked if site.address in each] == [f"{site.address}/widget.js"]
    opener.focus()
    page.keyboard.press("Enter")
    field = page.get_by_role("searchbox", name="How can we help?")
    expect(field).to_be_focused()
    # The title of the page is a question of the site: its words, not the name of the shop.
    expect(page.get_by_role("heading", name="Helpful on this page")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == [
        "",
        0,
        0,
    ]
    field.fill("reset a l")
    expect(page.get_by_role("status")).to_have_text("1 suggestion")
    field.fill("reset a lamp")
    page.keyboard.press("Enter")
    expect(page.locator(".found h3").first).to_be_focused()
    page.get_by_role("link", name="Reset a lamp").first.click()
    expect(page.get_by_role("heading", name="Reset a lamp")).to_be_focused()
    expect(page.get_by_role("heading", name="Steps to follow", level=3)).to_be_visible()
    assert page.get_by_role("img", name="A lamp on a table").evaluate("each => each.complete")
    page.get_by_role("link", name="link to a friend").click()
    expect(page.get_by_role("heading", name="The lamp flickers")).to_be_focused()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("link", name="link to a friend")).to_be_focused()
    page.get_by_role("button", name="Yes", exact=True).click()
    page.get_by_role("radio", name="It is clear").check()
    assert axe(page) == []
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#vote")).to_contain_text("the people who write this page will read it")
    expect(page.locator("#vote")).to_be_focused()
    expect(page.get_by_role("button", name="Close")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Reset a lamp")).to_be_visible()  # as it was left
    assert visited.said == []
    assert visited.page.context.cookies() == []
    assert {each.split("/")[2] for each in visited.asked} == {
        each.split("/")[2] for each in (site.address, shop_address)
    }
    with site.app.app_context():
        drain()
        vote = db.session.scalars(select(Vote).order_by(Vote.id.desc())).first()
        assert vote is not None
        assert db.session.get_one(Visit, vote.visit_id).channel is Channel.WIDGET


def test_a_search_without_an_answer_leads_to_a_letter_and_that_to_the_answer(
    site: Site, shop_address: str, visited: Visited, axe: Check
) -> None:
    visited.page.set_viewport_size({"width": 390, "height": 700})
    page = go(visited, f"{shop_address}/fr-hostile-strict-left")
    page.locator("kb-help aside button").click()
    page.locator("#kb-q").fill("xylophone")
    page.keyboard.press("Enter")
    page.locator(".found button").first.click()
    page.locator(".ways button").first.click()
    subject, message = page.locator("#kb-subject"), page.locator("#kb-message")
    expect(subject).to_have_value("xylophone")
    subject.fill("réinitialiser une lampe")
    message.fill("Elle ne répond plus.")
    offer = page.locator(".offers a")
    expect(offer).to_have_text("Réinitialiser une lampe")
    status = page.locator("dialog > [role=status]")
    expect(status).not_to_be_empty()
    assert axe(page) == []
    assert page.locator("dialog").evaluate("each => each.scrollWidth") <= 390
    offer.click()
    expect(status).to_be_empty()  # it was said of the letter
    page.locator("section > p > button").click()  # this answers my question
    page.get_by_role("link", name="Réinitialiser une lampe").click()
    expect(page.locator("h2")).to_have_text("Réinitialiser une lampe")
    page.locator("header button").first.click()
    page.locator("section > .side > button").nth(1).click()  # but they still want to write
    expect(message).to_have_value("Elle ne répond plus.")
    page.locator("#kb-email").fill("alice")
    page.locator("form button.primary").click()
    expect(page.locator("#kb-email")).to_be_focused()
    page.locator("#kb-email").fill("alice@example.com")
    with page.expect_response("**/contact/send") as sent:
        page.locator("form button.primary").click()
    reference = sent.value.json()["reference"]
    expect(page.get_by_text(reference)).to_be_visible()
    expect(page.get_by_text("alice@example.com")).to_be_visible()
    expect(page.locator("dialog")).not_to_contain_text("[object")
    assert page.evaluate("JSON.parse(sessionStorage['kb-widget']).letter") is None
    assert [each for each in visited.said if "422" not in each] == []
    with site.app.app_context():
        drain()
        kept = db.session.scalars(
            select(ContactRequest).where(ContactRequest.reference == reference)
        ).one()
        assert (kept.channel, kept.locale) == (Channel.WIDGET, "fr")
        attempt = db.session.scalars(
            select(ContactAttempt).where(ContactAttempt.visit_id == kept.visit_id)
        ).one()
        assert attempt.answered_at is not None  # and not confirmed, as they wrote all the same
        assert attempt.opened == [attempt.answered_by_id]


def test_a_page_commands_it_and_hears_what_happens(
    shop_address: str, visited: Visited, site: Site
) -> None:
    page = go(visited, f"{shop_address}/queue")
    expect(page.get_by_role("link", name="Reset a lamp").first).to_be_visible()
    expect(page.locator("#kb-q")).to_have_value("reset a lamp")
    page.evaluate("KB.suggest(['wifi-lost'])")
    page.locator("#kb-q").fill("")
    expect(page.get_by_role("link", name="The lamp lost the Wi-Fi")).to_be_visible()
    page.evaluate("KB.suggest(); history.pushState({}, '', '/other'); document.title = 'Terms'")
    page.evaluate(
        "dispatchEvent(new PopStateEvent('popstate'))"
    )  # where there is no navigation API
    expect(page.get_by_role("link", name="The lamp lost the Wi-Fi")).to_have_count(0)
    page.evaluate("KB.close()")
    page.get_by_role("button", name="Stuck?").click()
    expect(page.locator("#kb-q")).to_be_visible()
    heard = page.evaluate("heard")
    assert [name for name, _detail in heard] == [
        "opened",
        "ready",
        "searched",
        "dom",
        "closed",
        "opened",
    ]
    assert visited.said == []


def test_what_cannot_be_reached_is_said_and_asked_again(
    shop_address: str, visited: Visited
) -> None:
    page = go(visited, f"{shop_address}/fr")
    page.route("**/widget/fr/start", lambda route: route.abort())
    page.locator("kb-help aside button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/widget/fr/start")
    page.locator(".note button").click()
    expect(page.locator("#kb-q")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.route("**/widget/fr/search", lambda route: route.abort())
    page.locator("#kb-q").fill("lampe")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#kb-q")).to_have_value("lampe")
    page.unroute("**/widget/fr/search")
    page.locator(".note button").click()
    expect(page.locator(".found h3").first).to_contain_text("lampe")
    page.evaluate("document.documentElement.lang = 'en'; KB.close(); KB.open()")
    expect(page.get_by_role("searchbox", name="How can we help?")).to_be_visible()
    page.evaluate("KB.identify('not a token')")
    expect(page.get_by_role("searchbox", name="How can we help?")).to_be_visible()


def test_a_site_that_is_not_on_the_list_shows_nothing_and_is_told_why(
    site: Site, visited: Visited
) -> None:
    with shop(site.address) as stranger:
        visited.page.goto(f"{stranger}/", wait_until="networkidle")
        assert visited.page.locator("kb-help").count() == 0
        assert "may not carry the help" in visited.said[0]
        visited.page.get_by_role("button", name="Stuck?").click()
        refused = visited.page.evaluate(
            """address => fetch(address, { method: "POST", body: new URLSearchParams({ q: "lamp" }) })
                 .then(async (answer) => [answer.status, (await answer.json()).error])""",
            f"{site.address}/widget/en/search",
        )
    assert refused == [403, "not-allowed"]
