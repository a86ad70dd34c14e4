"""Claims about thanks: they end nothing anew, and whatever is more than thanks is heard."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from feedback.requests.gratitude import is_mere_thanks
from feedback.requests.models import Author, ContactRequest, Way
from feedback.requests.resolving import resolve
from kb.db import db, utc_now
from tests.feedback.requests.test_inbox import address_of, ask, say, writer

__all__ = ["writer"]


@pytest.mark.parametrize(
    "text",
    [
        "Merci !",
        "Thanks",
        "Thank you so much!",
        "Merci beaucoup pour votre réponse rapide.",
        "Parfait, merci.\n\nAlice Martin",
        "Bonjour,\nmerci pour votre aide !",
        "Thanks for the help",
        "Ok, thanks – it works now 🙂",
    ],
)
def test_nothing_but_thanks_is_known(text: str) -> None:
    assert is_mere_thanks(text, "Alice Martin")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ok",
        "Merci ?",
        "Thanks, but it does not work",
        "Merci, mais non",
        "Merci de me rappeler",
        "Thanks for nothing",
        "Help! Thanks",
        "À l’aide, merci",
        "Merci, ça ne marche pas",
        "Thanks! And order 4711",
        "It works now",
        "thanks " * 9,
        "Thanks. Regards, Bob Miller",
        "Alice Martin",
    ],
)
def test_what_is_more_than_thanks_or_less_is_not(text: str) -> None:
    assert not is_mere_thanks(text, "Alice Martin")


@given(st.text(min_size=1, max_size=40))
def test_any_word_that_is_not_on_the_list_is_heard(words: str) -> None:
    assert not is_mere_thanks(f"Thanks {words} xylophone")


@pytest.mark.parametrize("text", ["Merci beaucoup !", "Merci, mais elle est cassée"])
def test_a_mail_of_thanks_leaves_a_request_resolved_and_a_complaint_does_not(
    app: Flask, writer: FlaskClient, text: str
) -> None:
    kept = resolved()
    ended = kept.resolved_at
    say(kept, Author.CUSTOMER, text, via=Way.EMAIL)
    is_thanks = "mais" not in text
    assert (kept.resolved_at == ended) is is_thanks
    assert (kept.waiting_since is None) is is_thanks
    assert kept.last_by is Author.CUSTOMER
    said = "only thanks: stays resolved"
    assert (said in writer.get(address_of(kept)).text) is is_thanks


def test_who_writes_on_the_page_of_a_request_opens_it_as_the_page_says(app: Flask) -> None:
    kept = resolved()
    say(kept, Author.CUSTOMER, "Merci")
    assert kept.resolved_at is None


def resolved() -> ContactRequest:
    kept = ask()
    say(kept, Author.STAFF, "We send another one.")
    resolve(kept, at=utc_now() - timedelta(minutes=5))
    db.session.commit()
    return kept
