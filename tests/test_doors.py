"""Who comes without an account: programs with keys, and strangers who know an address.

As in `tests.test_rights`, every route is asked; a new one needs no new test.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from feedback.contact.form import Letter
from feedback.contact.sending import send_request
from feedback.requests.files.keeping import keep_file
from feedback.requests.models import ContactRequest
from feedback.requests.sender.links import new_link
from kb.api import tokens
from kb.api.scopes import Scope
from kb.db import db
from tests.feedback.addressed import with_an_address
from tests.feedback.cast import ALICE
from tests.test_rights import Route, ask, filled, right_of, routes

__all__ = ["with_an_address"]

SECRET = "Zanzibar"
PAPER = b"The number of my Zanzibar is E-12."


def of_programs(app: Flask) -> Iterator[tuple[Route, Scope]]:
    """Yield every operation that takes a key, with the scope that it names."""
    for route in routes(app):
        scope = getattr(app.view_functions[route.endpoint], "scope", None)
        if scope is not None:
            yield route, scope


def called(app: Flask, route: Route, key: str) -> TestResponse:
    visitor = app.test_client()
    return ask(visitor, route, headers={"Authorization": f"Bearer {key}"})


def test_a_key_opens_the_operations_of_its_scopes_and_no_other(app: Flask) -> None:
    with_it, without = {}, {}
    for scope in Scope:
        with_it[scope] = tokens.make(db.session, f"{scope} alone", [scope])[1]
        rest = [each for each in Scope if each is not scope]
        without[scope] = tokens.make(db.session, f"all but {scope}", rest)[1]
    db.session.commit()
    wrong = []
    asked = list(of_programs(app))
    for route, scope in asked:
        refused = called(app, route, without[scope])
        if refused.status_code != HTTPStatus.FORBIDDEN or scope not in refused.text:
            wrong.append((route.method, route.address, "without", refused.status_code))
        answer = called(app, route, with_it[scope])
        if answer.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or (
            answer.status_code >= 500
        ):
            wrong.append((route.method, route.address, "with", answer.status_code, answer.text))
    assert {scope for _route, scope in asked} == set(Scope)
    assert not wrong, "\n".join(map(str, wrong))


# What customers have written


class Asked(NamedTuple):
    """A request that says a word which nothing else says, and a file that does."""

    request: ContactRequest
    key: str


@pytest.fixture
def told(app: Flask) -> Asked:
    letter = Letter(f"{SECRET} is broken", f"My {SECRET} flickers.", "zoe@zanzibar.example")
    sent = send_request(ALICE, letter, "en", name=f"Zoe {SECRET}")
    file = keep_file(db.session(), PAPER, "paper.txt", request_id=sent.request_id)
    db.session.commit()
    return Asked(db.session.get_one(ContactRequest, sent.request_id), file.key)


def about(app: Flask, told: Asked) -> Iterator[Route]:
    """Yield every route outside the studio as it is asked about that request."""
    words = {"reference": told.request.reference, "key": told.key, "filename": "paper.txt"}
    for rule in app.url_map.iter_rules():
        right = right_of(app, rule)
        if right is not None or rule.rule.startswith("/studio"):
            continue
        address = filled(app, rule, told.request.id, **words)
        needs_key = getattr(app.view_functions[rule.endpoint], "scope", None) is not None
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield Route(method, address, rule.endpoint, right, needs_key)


def tells(answer: TestResponse) -> bool:
    """Tell whether an answer holds what was written."""
    return SECRET.lower().encode() in answer.get_data().lower()


def test_nobody_reads_a_request_by_its_reference_alone(
    app: Flask, client: FlaskClient, told: Asked
) -> None:
    asked = list(about(app, told))
    telling = [(each.method, each.address) for each in asked if tells(ask(client, each))]
    assert not telling, "\n".join(map(str, telling))


def test_the_door_of_a_request_opens_its_pages_and_no_others(
    app: Flask, client: FlaskClient, told: Asked
) -> None:
    """Else the test above would find nothing for another reason."""
    link = new_link(told.request)
    db.session.commit()
    client.post(link.partition("localhost")[2])
    telling = {
        each.endpoint
        for each in about(app, told)
        if each.method == "GET" and tells(ask(client, each))
    }
    assert telling == {"threads.thread", "request_files.download"}
