"""Claims about who a visitor is."""

from datetime import UTC, date, datetime, time, timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest
from flask import Flask, Response, request
from hypothesis import given
from hypothesis import strategies as st

from feedback.visitors import (
    COOKIE,
    Visitor,
    current_visitor,
    hashed,
    is_bot,
    origin_of,
    period_at,
    remember,
    token_of,
)
from kb.config import Settings
from kb.factory import create_app

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def identity(
    app: Flask, *, address: str = "192.0.2.7", agent: str = FIREFOX, cookie: str = ""
) -> str:
    headers = {"User-Agent": agent} | ({"Cookie": f"{COOKIE}={cookie}"} if cookie else {})
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": address}):
        return current_visitor(request, at=NOW).id


def cookie_of(app: Flask, *, address: str = "192.0.2.7") -> str:
    with app.test_request_context(
        "/", headers={"User-Agent": FIREFOX}, environ_base={"REMOTE_ADDR": address}
    ):
        response = Response()
        remember(response, current_visitor(request), request)
        return response.headers["Set-Cookie"].split("=", 1)[1].split(";", 1)[0]


def test_the_address_is_nowhere_in_the_identity(app: Flask) -> None:
    assert "192.0.2.7" not in identity(app)


def test_the_same_browser_at_the_same_address_is_the_same_visitor(app: Flask) -> None:
    assert identity(app) == identity(app)


@pytest.mark.parametrize("other", [{"address": "192.0.2.8"}, {"agent": FIREFOX + "1"}])
def test_another_address_or_browser_is_another_visitor(app: Flask, other: dict[str, str]) -> None:
    assert identity(app) != identity(app, **other)


def test_the_cookie_keeps_the_identity_when_the_address_changes(app: Flask) -> None:
    with app.test_request_context(
        "/", headers={"User-Agent": FIREFOX}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
    ):
        before = current_visitor(request).id
    cookie = cookie_of(app)
    with app.test_request_context(
        "/",
        headers={"User-Agent": FIREFOX, "Cookie": f"{COOKIE}={cookie}"},
        environ_base={"REMOTE_ADDR": "198.51.100.9"},
    ):
        assert current_visitor(request).id == before


def test_the_widget_and_programs_believe_no_cookie(app: Flask) -> None:
    visitor, cookie = Visitor("0" * 32), ""
    with app.test_request_context():
        cookie = f"kb_visitor={token_of(visitor)}"
    for path in ("/widget/en/vote", "/api/v1/articles", "/mcp"):
        named = {"Cookie": cookie, "X-KB-Visitor": visitor.id, "User-Agent": "Firefox"}
        with app.test_request_context(path, headers=named):
            assert current_visitor(request).id != visitor.id
    with app.test_request_context("/en/", headers={"Cookie": cookie}):
        assert current_visitor(request).id == visitor.id


def test_an_altered_cookie_is_ignored(app: Flask) -> None:
    forged = cookie_of(app)[:-4] + "xxxx"
    assert identity(app, cookie=forged) == identity(app)


def test_the_cookie_is_closed_to_scripts_and_other_sites(app: Flask) -> None:
    with app.test_request_context("/", base_url="https://help.example"):
        response = Response()
        remember(response, current_visitor(request), request)
    cookie = response.headers["Set-Cookie"]
    assert all(each in cookie for each in ("HttpOnly", "SameSite=Lax", "Secure", "Max-Age="))


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, 365))
def test_an_identity_lasts_at_most_one_period(day: date, days: int) -> None:
    aware = datetime.combine(day, time(9), UTC)
    assert period_at(aware + timedelta(days=days), days) == period_at(aware, days) + 1


@given(st.text(max_size=40), st.text(max_size=80), st.integers(0, 500))
def test_another_period_is_another_identity(address: str, agent: str, period: int) -> None:
    first = hashed(address, agent, key="k", period=period)
    assert first != hashed(address, agent, key="k", period=period + 1)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "facebookexternalhit/1.1",
        "curl/8.5.0",
        "python-requests/2.32",
        "Scrapy/2.11 (+https://scrapy.org)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0)",
        "Pingdom.com_bot_version_1.4",
    ],
)
def test_programs_that_name_themselves_are_known(agent: str) -> None:
    assert is_bot(agent)


@pytest.mark.parametrize(
    "agent",
    [
        FIREFOX,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 16; CUBOT X70) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0",
    ],
)
def test_people_are_not_taken_for_programs(agent: str) -> None:
    assert not is_bot(agent)


# Where a visitor comes from

DAY = date(2026, 11, 22)


def origin(address: str, *, day: date = DAY) -> str:
    return origin_of(address, key="k", day=day)


@given(st.ip_addresses(v=4), st.integers(0, 255))
def test_neighbours_of_one_block_have_one_origin(address: IPv4Address, last: int) -> None:
    neighbour = IPv4Address(int(address) & 0xFFFFFF00 | last)
    assert origin(str(address)) == origin(str(neighbour))
    assert origin(str(address)) != origin(str(IPv4Address(int(address) ^ 0x100)))


@given(st.ip_addresses(v=6), st.integers(0, 2**80 - 1))
def test_a_household_cannot_choose_its_origin(address: IPv6Address, chosen: int) -> None:
    own = IPv6Address(int(address) >> 80 << 80 | chosen)
    assert origin(str(address)) == origin(str(own)) or address.ipv4_mapped or own.ipv4_mapped


def test_an_address_of_both_kinds_is_one() -> None:
    assert origin("::ffff:192.0.2.7") == origin("192.0.2.7")


def test_tomorrow_the_origin_is_another() -> None:
    assert origin("192.0.2.7") != origin("192.0.2.7", day=DAY + timedelta(days=1))


@pytest.mark.parametrize("nothing", ["", "unix:", "not an address"])
def test_what_is_no_address_has_no_origin(nothing: str) -> None:
    assert origin(nothing) == ""


@given(st.ip_addresses())
def test_the_network_is_nowhere_in_the_origin(address: IPv4Address | IPv6Address) -> None:
    assert str(address) not in origin(str(address))


# Who asks not to be observed


def visitor(app: Flask, headers: dict[str, str]) -> Visitor:
    with app.test_request_context("/", headers=headers):
        return current_visitor(request, at=NOW)


@pytest.mark.parametrize("headers", [{"Sec-GPC": "1"}, {"DNT": "1"}])
def test_a_browser_may_ask_for_privacy(
    app: Flask, settings: Settings, headers: dict[str, str]
) -> None:
    assert visitor(app, headers).is_private
    heedless = create_app(settings.model_copy(update={"honour_privacy_signals": False}))
    assert not visitor(heedless, headers).is_private


@pytest.mark.parametrize("headers", [{}, {"DNT": "0"}, {"Sec-GPC": "?0"}])
def test_without_a_signal_nobody_is_taken_to_ask(app: Flask, headers: dict[str, str]) -> None:
    assert not visitor(app, headers).is_private
