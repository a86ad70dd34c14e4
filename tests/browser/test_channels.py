"""Channels and announcements in a browser: a vendor's script sees nothing, a banner moves nothing."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from feedback.requests.models import Way
from kb.db import db, utc_now
from tests.browser.conftest import Check, OpenPage, sign_in
from tests.feedback.announcements.test_showing import announce
from tests.feedback.channels import cast

pytestmark = pytest.mark.browser

Opened = Callable[[str], Page]
# What a script of a vendor would try first; the answers stand on the page.
PRYING = """<p id="told">nothing yet</p>
<script>
const told = [];
for (const attempt of [() => document.cookie, () => localStorage.length]) {
  try { attempt(); told.push("seen"); } catch (error) { told.push(error.name); }
}
fetch("/studio/").then(() => told.push("fetched"), () => told.push("no answer"))
  .then(() => { document.getElementById("told").textContent = told.join(", "); });
</script>"""


@pytest.fixture
def opened(chromium: Browser, live_server: str) -> Iterator[Opened]:
    """Return a function that opens a page on a telephone."""
    context = chromium.new_context(
        base_url=live_server, locale="en-GB", viewport={"width": 390, "height": 800}
    )

    def page_at(path: str) -> Page:
        page = context.new_page()
        page.goto(path, wait_until="load")
        return page

    yield page_at
    context.close()


@pytest.mark.usefixtures("app")
def test_the_script_of_a_vendor_sees_nothing_of_the_site(opened: Opened, axe: Check) -> None:
    cast.channel(Way.CHAT, snippet=PRYING)
    page = opened("/en/contact/chat/1")
    expect(page.locator("#told")).to_have_text("SecurityError, SecurityError, no answer")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.brand')).textDecorationLine")
        == "none"
    )
    assert axe(page) == []


@pytest.mark.usefixtures("app")
def test_a_banner_that_was_hidden_stays_hidden_and_takes_no_room(
    opened: Opened, axe: Check
) -> None:
    announce("Payments fail")
    announce("Shops close early", is_issue=False)
    page = opened("/en/")
    assert axe(page) == []
    page.get_by_role("button", name="Hide “Payments fail”").click()
    expect(page.get_by_role("link", name="Payments fail")).to_have_count(0)
    expect(page.get_by_role("button", name="Hide “Shops close early”")).to_be_focused()
    again = opened("/en/")
    expect(again.get_by_role("link", name="Payments fail")).to_be_hidden()
    expect(again.get_by_role("link", name="Shops close early")).to_be_visible()
    shift = """() => new Promise((done) => {
      new PerformanceObserver((list) => list).observe({ type: "layout-shift", buffered: true });
      done(performance.getEntriesByType("layout-shift").reduce((sum, each) => sum + each.value, 0));
    })"""
    assert again.evaluate(shift) == 0


@pytest.mark.usefixtures("app")
def test_a_page_left_open_says_when_somebody_has_gone_and_keeps_what_was_typed(
    opened: Opened,
) -> None:
    closed_on = (utc_now() + timedelta(days=5)).date()
    day_and_night = [[["00:00", "24:00"]]] * 7
    exception = {"date": closed_on.isoformat(), "stretches": [], "why": {}}
    telephone = cast.telephone(hours=day_and_night, exceptions=[exception])
    page = opened("/en/")
    page.clock.install()
    page.goto("/en/contact", wait_until="load")
    expect(page.locator(".quick .standing")).to_contain_text("Open now")
    page.get_by_label("Subject").fill("Lamp")
    telephone.exceptions = [{**exception, "date": utc_now().date().isoformat()}]
    telephone.hours = [[]] * 6 + [[["09:00", "09:01"]]]
    db.session.commit()
    page.clock.fast_forward(6 * 86_400_000)
    expect(page.locator(".quick .standing")).to_contain_text("Closed now")
    expect(page.locator(".way .standing")).to_contain_text("Closed now")
    expect(page.get_by_label("Subject")).to_have_value("Lamp")


ROOMS = (
    "/studio/channels/",
    "/studio/channels/new/phone",
    "/studio/channels/preview?at=2026-12-25T10:00",
    "/studio/topics/new",
    "/studio/announcements/",
    "/studio/announcements/new",
)


def test_the_rooms_of_channels_and_announcements_are_open_to_all(
    open_page: OpenPage, axe: Check
) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        for path in ROOMS:
            page.goto(path)
            assert axe(page) == [], path
