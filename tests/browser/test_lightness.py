"""Pages are light, stay still, and ask nothing of anybody else."""

import re

import pytest
from playwright.sync_api import Response, Route

from tests.browser.conftest import OpenPage, Site
from tests.browser.test_access import PAGES, address

pytestmark = pytest.mark.browser

MAX_PAGE_BYTES = 60_000  # HTML, CSS and JavaScript, uncompressed, without pictures
# 0.1 passes as good, and a page of text has no reason to move at all; but a slow machine may paint half
# a page, whose masthead then finds its place.
MAX_LAYOUT_SHIFT = 0.05
WEIGHED = ("document", "stylesheet", "script")
LAYOUT_SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(each => (sum += each.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stays_within_its_budget_and_on_its_own_site(
    open_page: OpenPage, site: Site, page: str
) -> None:
    with open_page() as shown:
        answers: list[Response] = []

        def keep(answer: Response) -> None:
            answers.append(answer)

        shown.on("response", keep)
        shown.goto(address(page, "fr"), wait_until="networkidle")
        weight = sum(
            len(answer.body()) for answer in answers if answer.request.resource_type in WEIGHED
        )
        strangers = {answer.url for answer in answers if not answer.url.startswith(site.address)}
    assert strangers == set()
    assert weight <= MAX_PAGE_BYTES


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", ["home", "article", "search", "category"])
def test_nothing_moves_while_a_page_loads(open_page: OpenPage, page: str, width: int) -> None:
    with open_page(address(page, "en"), width=width) as shown:
        assert shown.evaluate(LAYOUT_SHIFT) <= MAX_LAYOUT_SHIFT


def test_a_video_asks_its_host_for_nothing_before_the_click(open_page: OpenPage) -> None:
    asked: list[str] = []
    with open_page("/en/") as page:

        def refuse(route: Route) -> None:
            asked.append(route.request.url)
            route.abort()

        page.route(re.compile("^https:"), refuse)
        page.goto("/en/articles/reset-a-lamp", wait_until="networkidle")
        assert asked == []
        page.locator(".video a").click()
        page.locator(".video iframe").wait_for()
        page.wait_for_timeout(300)
        assert asked == ["https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"]


def test_a_page_never_breaks_the_content_security_policy(open_page: OpenPage) -> None:
    broken: list[str] = []
    with open_page() as page:
        page.on(
            "console",
            lambda message: (
                broken.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        for name in PAGES:
            page.goto(address(name, "en"), wait_until="networkidle")
    assert broken == []
