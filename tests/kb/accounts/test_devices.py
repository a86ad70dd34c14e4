"""Claims about the words for a browser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.accounts.devices import BROWSERS, SYSTEMS, device_in_words

MOZILLA = "Mozilla/5.0"


@pytest.fixture(autouse=True)
def _people() -> None:
    """Nobody has to be there for what is calculated."""


CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox, Linux"),
        (f"{MOZILLA} (Windows NT 10.0) {CHROME} Safari/537.36 Edg/142.0.0.0", "Edge, Windows"),
        (
            f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) {APPLE} Safari/1",
            "Safari, iPhone",
        ),
        (f"{MOZILLA} (Linux; Android 15; Pixel 9) {CHROME} Mobile Safari/1", "Chrome, Android"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Safari/1", "Safari, macOS"),
        ("curl/8.5.0", "curl"),
        ("something else", ""),
        ("", ""),
    ],
)
def test_a_browser_is_said_in_words(header: str, words: str) -> None:
    assert device_in_words(header) == words


@given(st.text(max_size=300))
def test_nothing_but_known_names_is_kept(header: str) -> None:
    known = {name for name, _ in (*BROWSERS, *SYSTEMS)}
    assert set(filter(None, device_in_words(header).split(", "))) <= known
