"""Claims about requests through the API: lists, threads, answers, and changes that overwrite nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.channels.models import Topic
from feedback.models import Channel
from feedback.requests.models import ContactRequest, Way
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.api.scopes import Scope
from kb.db import db
from tests import factories
from tests.kb.api.conftest import Program, program

__all__ = ["program"]  # a fixture of the tests of the API

ROOT = "/api/v1/requests"
ASKED = {"subject": "Where is my parcel?", "message": "I wait.", "email": "Alice@Example.com"}


@pytest.fixture
def desk(program: Program) -> FlaskClient:
    """A program that reads and writes requests."""
    return program(Scope.REQUESTS_READ, Scope.REQUESTS_WRITE)


def opened(desk: FlaskClient, **more: object) -> dict[str, Any]:
    answer = desk.post(ROOT, json={**ASKED, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json or {})


def address(request: dict[str, Any]) -> str:
    return f"{ROOT}/{request['reference']}"


def test_a_program_opens_a_request_and_reads_it(desk: FlaskClient) -> None:
    made = opened(desk, name="Alice", language="fr", via="phone")
    kept = db.session.scalars(select(ContactRequest)).one()
    assert (kept.channel, kept.via, kept.locale) == (Channel.API, Way.PHONE, "fr")
    read = desk.get(address(made).lower())
    assert read.json == made
    assert (made["status"], made["messages"]) == ("open", [])
    assert (
        desk.get(address(made), headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    )


def test_a_key_without_the_scope_sees_and_does_nothing(program: Program, desk: FlaskClient) -> None:
    made = opened(desk)
    stranger = program(Scope.ARTICLES_READ)
    assert stranger.get(ROOT).status_code == 403
    assert program().get(address(made)).status_code == 401
    reader = program(Scope.REQUESTS_READ)
    assert reader.post(ROOT, json=ASKED).status_code == 403


def test_answers_notes_and_the_customer_s_words_move_the_turn(desk: FlaskClient) -> None:
    made = opened(desk)
    thread = f"{address(made)}/messages"
    desk.post(thread, json={"text": "Rude?", "kind": "note"})
    assert (desk.get(address(made)).json or {})["status"] == "open"
    said = desk.post(thread, json={"text": "It comes **today**.", "author": "Jonas"}).json or {}
    assert (said["kind"], said["author"]) == ("answer", "Jonas")
    read = desk.get(address(made)).json or {}
    assert (read["status"], read["waiting_since"]) == ("waiting", None)
    assert read["answered_at"] is not None
    assert [each["kind"] for each in read["messages"]] == ["note", "answer"]
    desk.post(thread, json={"text": "Thanks, but no.", "kind": "customer"})
    assert (desk.get(address(made)).json or {})["status"] == "open"
    assert desk.post(thread, json={"text": " \n "}).status_code == 422


def sent_file(desk: FlaskClient, request: dict[str, Any], name: str, content: bytes) -> Any:
    return desk.post(
        f"{address(request)}/files",
        query_string={"name": name},
        data=content,
        content_type="application/octet-stream",
    )


def test_files_go_with_a_message_and_are_read_by_their_keys(
    desk: FlaskClient, program: Program
) -> None:
    made = opened(desk)
    waiting = sent_file(desk, made, "label.txt", b"CMD-2026-0042\n")
    assert waiting.status_code == 201, waiting.text
    key = waiting.json["key"]
    path = f"{address(made)}/files/{key}"
    assert desk.get(path).status_code == 404, "it waits"
    thread = f"{address(made)}/messages"
    said = desk.post(thread, json={"text": "Here it is.", "files": [key]})
    assert said.status_code == 201, said.text
    assert [each["name"] for each in said.json["files"]] == ["label.txt"]
    assert (desk.get(address(made)).json or {})["messages"][0]["files"] == said.json["files"]
    read = desk.get(path)
    assert (read.data, read.mimetype) == (b"CMD-2026-0042\n", "application/octet-stream")
    assert program(Scope.ARTICLES_READ).get(path).status_code == 403
    other = opened(desk, subject="Another")
    assert desk.get(f"{address(other)}/files/{key}").status_code == 404
    again = desk.post(thread, json={"text": "And again.", "files": [key]})
    assert (again.status_code, again.json["errors"][0]["pointer"]) == (422, "#/files")


def test_what_nobody_may_send_a_program_does_not_either(desk: FlaskClient) -> None:
    made = opened(desk)
    refused = sent_file(desk, made, "tool.zip", b"PK\x03\x04")
    assert refused.status_code == 422
    assert "tool.zip" in refused.json["errors"][0]["detail"]
    assert desk.post(f"{address(made)}/files?name=a.txt", json={}).status_code == 415


def test_nothing_is_changed_that_the_program_has_not_seen(desk: FlaskClient) -> None:
    made = opened(desk)
    add_user("jonas@clairson.example", "correct horse battery", RoleName.WRITER)
    article = factories.article()
    change = {
        "assigned_to": "Jonas@clairson.example",
        "tags": ["#VIP"],
        "solved_by": article.article.key,
    }
    assert desk.patch(address(made), json=change).status_code == 428
    old = desk.get(address(made)).headers["ETag"]
    desk.post(f"{address(made)}/messages", json={"text": "Meanwhile", "kind": "note"})
    stale = desk.patch(address(made), json=change, headers={"If-Match": old})
    assert stale.status_code == 412
    new = desk.get(address(made)).headers["ETag"]
    done = desk.patch(address(made), json=change, headers={"If-Match": new}).json or {}
    assert (done["assigned_to"], done["tags"], done["solved_by"]) == (
        "jonas@clairson.example",
        ["vip"],
        article.article.key,
    )


def test_a_request_is_resolved_and_opened_again(desk: FlaskClient) -> None:
    made = opened(desk)
    for act, status in (("resolve", "resolved"), ("reopen", "open")):
        seen = {"If-Match": desk.get(address(made)).headers["ETag"]}
        assert (desk.post(f"{address(made)}/{act}", headers=seen).json or {})["status"] == status


def test_lists_are_narrowed_and_turned(desk: FlaskClient) -> None:
    for number in range(3):
        opened(desk, subject=f"Number {number}", language="fr" if number else "en")
    first = desk.get(ROOT, query_string={"language": "fr", "limit": 1}).json or {}
    assert [each["subject"] for each in first["items"]] == ["Number 2"]
    second = desk.get(first["next"].partition("localhost")[2]).json or {}
    assert [each["subject"] for each in second["items"]] == ["Number 1"]
    assert "messages" not in first["items"][0]
    for wanted in ({"status": "waiting"}, {"tag": "vip"}, {"assigned_to": "a@b.example"}):
        assert (desk.get(ROOT, query_string=wanted).json or {})["items"] == []


def test_what_no_topic_asks_for_is_refused(desk: FlaskClient) -> None:
    db.session.add(Topic(key="order", names={"en": "Order"}))
    db.session.commit()
    for wrong in ({"topic": "nothing"}, {"topic": "order", "details": {"size": "1"}}, {"email": "x@"}):  # fmt: skip
        assert desk.post(ROOT, json={**ASKED, **wrong}).status_code == 422, wrong
    assert opened(desk, topic="order")["topic"] == "order"
