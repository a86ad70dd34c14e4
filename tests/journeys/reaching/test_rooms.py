"""The pages on which people reach each other: open to everybody, at both widths, in the dark too."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from feedback.requests.models import Way
from kb.accounts.models import RoleName
from tests.feedback.announcements.test_showing import announce
from tests.feedback.channels import cast
from tests.journeys.conftest import Look, Opened
from tests.journeys.person import Person

pytestmark = pytest.mark.browser

ROOMS = ("channels/", "topics/", "announcements/", "announcements/new", "widget/", "api-keys")


def test_a_visitor_sees_in_their_language_which_ways_are_open(
    app: Flask, somebody: Opened, look: Look
) -> None:
    with app.app_context():
        cast.telephone(hours=[])
        cast.channel(Way.SHOP, "Clairson\n2 rue de la Lune\n69001 Lyon", hours=[[]] * 7)
        announce()
    visitor = somebody("a visitor")
    visitor.page.emulate_media(color_scheme="dark")
    visitor.opens(f"/{visitor.says.locale}/contact")
    call = visitor.page.locator(".quick").get_by_role("link").first
    expect(call).to_have_attribute("href", "tel:+33411223344")
    visitor.sees("Open at any hour")
    look(visitor)
    visitor.follows("Written already? See where your request is")
    visitor.sees("Where is my request?")
    look(visitor)


def test_whoever_runs_it_finds_every_room(
    colleague: Callable[[str, RoleName], Person], look: Look
) -> None:
    ada = colleague("Ada Stone", RoleName.ADMIN)
    for room in ROOMS:
        assert ada.opens(f"/studio/{room}") == 200
        look(ada)
    if ada.says.locale == "en":  # what programmers read has one language
        assert ada.opens("/api/v1/") == 200
        look(ada)
