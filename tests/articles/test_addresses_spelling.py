"""Addresses of former sites have one spelling, however people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.addresses.spelling import normalised, spellings


@pytest.mark.parametrize(
    "address",
    [
        "/aide/Livraison%20et%20retours",
        "https://old.example/aide/Livraison%20et%20retours/",
        "//old.example/aide//livraison et retours#frais",
        "aide/livraison et retours",
    ],
)
def test_one_page_has_one_spelling(address: str) -> None:
    assert normalised(address) == "/aide/livraison et retours"


def test_accents_are_the_same_however_they_are_composed() -> None:
    assert normalised("/caf%C3%A9") == normalised("/cafe%CC%81") == "/café"


def test_parameters_are_kept_in_order() -> None:
    assert normalised("/index.php?page=FAQ&id=3") == "/index.php?id=3&page=faq"


@pytest.mark.parametrize("address", ["http://[broken", "/" + "a" * 2_000])
def test_what_is_no_address_has_no_spelling(address: str) -> None:
    assert normalised(address) == ""


@pytest.mark.parametrize(
    ("path", "query", "kept"),
    [
        ("/hc/fr/articles/123-Mes-retours", "", "/hc/fr/articles/123"),
        ("/faq", "utm_source=letter&id=3", "/faq?id=3"),
        ("/faq", "whatever=1", "/faq"),
        ("/aide/index.html", "", "/aide"),
        ("/Aide/", "", "/aide"),
    ],
)
def test_a_request_is_known_by_the_address_that_was_kept(path: str, query: str, kept: str) -> None:
    assert kept in spellings(path, query)


def test_the_most_exact_spelling_comes_first() -> None:
    assert spellings("/faq/7-Title", "a=1") == ("/faq/7-title?a=1", "/faq/7-title", "/faq/7")


@given(st.text(max_size=60))
def test_an_address_that_is_kept_stays_as_it_is_kept(text: str) -> None:
    path = normalised("/" + text.replace("%", "").replace("?", "").replace("#", ""))
    if path:
        assert spellings(path)[0] == path


@given(st.text(), st.text())
def test_no_request_is_too_odd_to_be_looked_up(path: str, query: str) -> None:
    assert all(each.startswith("/") for each in spellings(path, query))
