"""Claims about which addresses are links, and which machines may be asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.links.addresses import links_in, replaced
from kb.outbound.addresses import NotALink, is_public, target_of

NEARBY = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.8", "172.16.3.4", "192.168.1.1", "100.64.0.7",
    "169.254.169.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "fe80::1", "fe80::1%eth0",
    "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "64:ff9b:1::7f00:1", "100::1",
    # IPv6 that only wraps an IPv4 address: mapped, 6to4, NAT64, Teredo
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::1",
    "2002:a9fe:a9fe::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "nonsense", "",
]  # fmt: skip
FAR = ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]


@pytest.mark.parametrize("address", NEARBY)
def test_a_machine_nearby_is_never_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", FAR)
def test_a_machine_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_way_to_wrap_an_address_makes_it_public(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    for wrapped in (f"::ffff:{address}", f"64:ff9b::{address}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"):  # fmt: skip
        assert not is_public(wrapped), wrapped


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/a",
        "javascript:alert(1)",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://example.org:8443/",
        "https://example.org:22/",
        "http://example.org:0/",
        "https://example.org:port/",
        "https:///path",
        "https://exa mple.org/",
        "https://-bad-.org/",
        "https://[::1/",
        "https://example.org/" + "a" * 3_000,
        "/articles/here",
        "",
    ],
)
def test_what_is_no_plain_address_of_the_web_is_not_asked(address: str) -> None:
    with pytest.raises(NotALink):
        target_of(address)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a#part", "https://example.org/a"),
        ("http://example.org:80/a?b=c&d", "http://example.org/a?b=c&d"),
        ("https://exämple.org/ü", "https://xn--exmple-cua.org/%C3%BC"),
        ("https://example.org./", "https://example.org/"),
        ("https://[2606:4700:4700::1111]/", "https://[2606:4700:4700::1111]/"),
    ],
)
def test_an_address_is_asked_for_in_one_form(written: str, asked: str) -> None:
    assert target_of(written).url == asked
    assert target_of(asked).url == asked, "asking again changes nothing"


def test_links_are_found_where_markdown_has_them() -> None:
    text = "See [a](https://a.org/x_(y)), <https://b.org/?q=1&amp;r=2>.\n\n[c]: https://c.org/z#t\n"
    found = [url for _start, _end, url in links_in(text)]
    assert found == ["https://a.org/x_(y)", "https://b.org/?q=1&r=2", "https://c.org/z"]


def test_an_address_is_replaced_everywhere_but_not_inside_a_longer_one() -> None:
    text = "[a](https://a.org/x#part) https://a.org/x, https://a.org/x/more HTTPS://A.org/x."
    new, count = replaced(text, "https://a.org/x", "https://n.org/y")
    assert count == 3
    assert new == (
        "[a](https://n.org/y#part) https://n.org/y, https://a.org/x/more https://n.org/y."
    )


@given(st.text(max_size=200))
def test_replacing_touches_nothing_else(text: str) -> None:
    assert replaced(text, "https://nowhere.example/x", "https://n.org/") == (text, 0)
