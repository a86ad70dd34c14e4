"""Claims about the sites that may carry the widget."""

import pytest
from flask import Flask

from feedback.widget.sites import BadOrigin, allow, allowed_origins, checked_origin, fingerprint


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://shop.example/cart?x=1", "https://shop.example"),
        ("shop.example", "https://shop.example"),
        (" Shop.Example/ ", "https://shop.example"),
        ("localhost:3000", "http://localhost:3000"),
        ("http://127.0.0.1:8207/", "http://127.0.0.1:8207"),
    ],
)
def test_whatever_names_a_site_is_its_origin(typed: str, origin: str) -> None:
    assert checked_origin(typed) == origin


@pytest.mark.parametrize(
    "typed", ["", "*", "null", "https://*.example.com", "ftp://shop.example", "shop", "a b.example",
              "https://a.example, https://b.example", "https://alice@", "javascript:alert(1)"],
)  # fmt: skip
def test_what_names_no_site_is_refused(typed: str) -> None:
    with pytest.raises(BadOrigin):
        checked_origin(typed)


def test_a_site_is_kept_once(any_app: Flask) -> None:
    assert allow("https://shop.example")[1]
    assert not allow("shop.example/cart")[1]
    assert allowed_origins() == {"https://shop.example"}


def test_fingerprints_are_those_of_the_script() -> None:
    """FNV-1a of 32 bits: the values that its authors publish."""
    assert [fingerprint(text) for text in ("", "a", "foobar")] == [
        "811c9dc5",
        "e40c292c",
        "bf9cf968",
    ]
