"""Claims about passkeys, with the authenticator that Chromium pretends to have."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from tests.browser.conftest import OpenPage, Site
from tests.conftest import PASSWORD

DESK = re.compile(r"^[^?]+/studio/$")
IRIS = "iris@clairson.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
STICK = {**DEVICE, "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}


def sign_out(page: Page) -> None:
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/studio/sign-in")


def enter_password(page: Page) -> None:
    page.goto("/studio/sign-in")
    page.locator("#email").fill(IRIS)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_key(page: Page, name: str, usage: str) -> None:
    page.goto("/studio/account/passkeys")
    page.get_by_label("Its name").fill(name)
    page.get_by_label(usage).check()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status")).to_contain_text(name)


def test_a_passkey_stands_for_the_password_follows_it_and_is_removed(
    site: Site, open_page: OpenPage, axe: Callable[[Page], list[str]]
) -> None:
    with site.app.app_context():
        add_user(IRIS, PASSWORD, RoleName.WRITER, name="Iris", locale="en")
    address = site.address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name
    with open_page(base_url=address, locale="en") as page:
        line = page.context.new_cdp_session(page)
        line.send("WebAuthn.enable")
        line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        enter_password(page)
        page.wait_for_url(DESK)

        add_key(page, "Telephone", "Instead of the password")
        assert axe(page) == []
        sign_out(page)
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(DESK)

        line.send("WebAuthn.addVirtualAuthenticator", {"options": STICK})
        add_key(page, "Stick", "After the password")
        sign_out(page)
        enter_password(page)
        page.get_by_role("button", name="Use the passkey").click()
        page.wait_for_url(DESK)

        page.goto("/studio/account/passkeys")
        page.get_by_role("button", name="Remove Stick").click()
        sign_out(page)
        enter_password(page)
        page.wait_for_url(DESK)
