"""Reaching a person from the page of somebody else's site, through the widget."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from feedback.widget.sites import allow
from kb.accounts.models import RoleName
from kb.db import db, utc_now
from tests.browser.foreign import shop
from tests.journeys.conftest import Clock, Look, Opened
from tests.journeys.person import Person
from tests.journeys.reaching.asking import Asked
from tests.journeys.reaching.mailing import Mailing, text_of
from tests.journeys.reaching.reporting import LATER, reads_the_report

pytestmark = pytest.mark.browser

Colleague = Callable[[str, RoleName], Person]
BEN = "ben@example.com"
HOSTILE = {"en": "hostile-strict", "fr": "fr-hostile-strict-left"}


@pytest.fixture
def shop_page(app: Flask, live_server: str, locale: str) -> Iterator[str]:
    """A page of a shop with hostile styles and a strict policy, which may carry the widget."""
    with shop(live_server) as address:
        with app.app_context():
            allow(address)
            db.session.commit()
        yield f"{address}/{HOSTILE[locale]}"


def test_the_widget_answers_one_and_brings_another_to_a_person(  # noqa: PLR0917
    shop_page: str,
    asked: Asked,
    somebody: Opened,
    colleague: Colleague,
    look: Look,
    clock: Clock,
    mailing: Mailing,
) -> None:
    alice, ben = somebody("Alice"), somebody("Ben")
    alice.waits_for_the_index()
    alice.opens(shop_page)
    searches_in_vain(alice, asked, look)
    begins_a_letter(alice, asked)
    reads_in_place(alice, asked, look)
    is_answered(alice, look)

    finds_the_shop_in_the_dark(ben, shop_page)
    searches_in_vain(ben, asked, look)
    begins_a_letter(ben, asked)
    reference = sends_it_all_the_same(ben, asked, look)
    assert reference in mailing.newest(BEN)["Subject"]
    nora = colleague("Nora Petit", RoleName.WRITER)
    answers(nora, reference, asked)
    assert asked.farewell in text_of(mailing.newest(BEN))

    clock.stop_at(utc_now() + LATER)
    ines = colleague("Ines Roy", RoleName.LEAD)
    counted = {"deflection_confirmed": (1, 2), "csat": (1, 1)}
    reads_the_report(ines, counted, channel="widget")
    reads_the_report(ines, {"deflection_confirmed": (0, 0)}, channel="site")
    is_among_the_requests(ines, asked, look)


def widget(visitor: Person) -> Locator:
    """Return the widget, whatever the page around it is."""
    return visitor.page.locator("kb-help")


def finds_the_shop_in_the_dark(visitor: Person, address: str) -> None:
    visitor.opens(address)
    visitor.evaluates("document.documentElement.style.colorScheme = 'dark'")


def searches_in_vain(visitor: Person, asked: Asked, look: Look) -> None:
    visitor.presses("Help", within=widget(visitor))
    field = visitor.field("How can we help?")
    field.fill(asked.vain)
    visitor.page.keyboard.press("Enter")
    visitor.sees("We found nothing for “%(words)s”", words=asked.vain)
    look(visitor)
    visitor.presses("Talk to a person", within=widget(visitor))


def begins_a_letter(visitor: Person, asked: Asked) -> None:
    expect(visitor.field("Subject")).to_have_value(asked.vain)
    visitor.types("Subject", asked.wording)
    visitor.types("Your message", asked.message)
    expect(widget(visitor).get_by_role("link", name=asked.article)).to_be_visible()


def reads_in_place(alice: Person, asked: Asked, look: Look) -> None:
    """Read the article that is offered, and find every word of the letter again."""
    look(alice)
    widget(alice).get_by_role("link", name=asked.article).click()
    expect(widget(alice).get_by_role("heading", name=asked.article).first).to_be_visible()
    alice.presses("Back", within=widget(alice))
    assert alice.field("Subject").input_value() == asked.wording
    assert alice.field("Your message").input_value() == asked.message


def is_answered(alice: Person, look: Look) -> None:
    alice.presses("This answers my question", within=widget(alice))
    alice.sees("Glad that we could help")
    score = widget(alice).get_by_role("button", name=re.compile("^5"))
    expect(score).to_be_visible()
    look(alice)
    score.click()
    alice.sees("Thank you for your answer.")


def sends_it_all_the_same(ben: Person, asked: Asked, look: Look) -> str:
    """Return the reference under which the letter was taken."""
    ben.types("Your e-mail address", BEN)
    ben.presses("Send anyway", within=widget(ben))
    ben.sees("Your message has reached us")
    ben.sees_text(BEN)
    ben.sees("A copy is on its way to you.")
    look(ben)
    return widget(ben).locator("dl strong").inner_text()


def answers(nora: Person, reference: str, asked: Asked) -> None:
    nora.opens(f"/studio/requests/{reference}")
    nora.sees_text(asked.vain)  # what was searched before
    nora.types("Text (Markdown)", asked.farewell)
    nora.presses("Send the answer")
    nora.sees("Your answer is on its way.")


def is_among_the_requests(ines: Person, asked: Asked, look: Look) -> None:
    ines.opens("/studio/reports/requests?channel=widget")
    ines.sees_text(asked.wording)
    expect(ines.page.locator(".figure#requests .value")).to_have_text("1")
    look(ines)
