"""Claims about which pages the rules of the widget fit: text alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.widget.matching import MAX_PATTERN_LENGTH, fits, origin_of, path_of, tidy

PATHS = st.text(st.sampled_from("abc/*é#"), max_size=12).map(lambda text: f"/{text}")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/", "/"),
        ("/cart", "/cart"),
        ("/cart", "/cart/"),
        ("/Cart/", "/cart"),
        ("/cart/*", "/cart"),
        ("/cart/*", "/cart/pay"),
        ("*", "/anything/at/all"),
        ("*/returns", "/fr/returns"),
        ("/products/*/care", "/products/lamp/xl/care"),
        ("/commandes/été", "/commandes/été"),
        ("/app#/settings/*", "/app#/settings/account"),
        ("/a.c", "/a.c"),
    ],
)
def test_a_pattern_fits(pattern: str, path: str) -> None:
    assert fits(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/", "/cart"),
        ("/cart", "/cartoon"),
        ("/cart/*", "/cartoon"),
        ("*/returns", "/returns/new"),
        ("/products/*/care", "/products/care"),
        ("/ab*ba", "/aba"),
        ("/a.c", "/abc"),
        ("/a", "/" + "a" * 3_000),
    ],
)
def test_a_pattern_does_not_fit(pattern: str, path: str) -> None:
    assert not fits(pattern, path)


@given(PATHS.map(lambda path: path.replace("*", "")))
def test_what_has_no_star_fits_itself(path: str) -> None:
    assert fits(path, path)


@given(PATHS, PATHS)
def test_a_star_stands_for_anything(first: str, then: str) -> None:
    begun, ended = first.replace("*", ""), then.replace("*", "")
    assert fits(f"{begun}*{ended}", f"{begun}x{ended}")


def test_no_pattern_takes_long() -> None:
    """Of a regular expression with as many stars this would take longer than anybody waits."""
    assert not fits("/" + "a*" * 140 + "b", "/" + "a" * 1_900)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://shop.example/cart/?coupon=alice#top", "/cart"),
        ("https://shop.example", "/"),
        ("https://shop.example/%C3%A9t%C3%A9", "/été"),
        ("https://app.example/#/settings/?tab=1", "/#/settings"),
        ("https://app.example/x#!/settings", "/x#!/settings"),
        ("https://[nonsense", "/"),
        ("/cart", "/cart"),
    ],
)
def test_of_an_address_the_path_and_the_route_count(address: str, path: str) -> None:
    assert path_of(address) == path


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://Shop.Example:443/cart", "https://shop.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://été.example/", "https://xn--t-9fab.example"),
        ("http://[::1]:80/", "http://[::1]"),
        ("ftp://shop.example", ""),
        ("https://shop.example:port", ""),
        ("/cart", ""),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(address: str, origin: str) -> None:
    assert origin_of(address) == origin


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("cart", "/cart"),
        (" /cart ?x=1", "/cart"),
        ("https://shop.example/orders/*", "/orders/*"),
        ("https://shop.example", "/"),
        ("*/returns", "*/returns"),
        ("/" + "a" * 400, "/" + "a" * (MAX_PATTERN_LENGTH - 1)),
    ],
)
def test_a_pattern_is_kept_as_a_path(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
