"""Claims about what is noted of those who search and read."""

import sqlite3

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.models import Translation
from feedback.models import SearchIntent, Visit
from feedback.spool.draining import drain
from kb.db import db
from tests import factories
from tests.feedback.browsers import (
    BROWSER,
    BY_SCRIPT,
    ELSEWHERE,
    OWN_PAGE,
    PRIVATE,
    readings,
    search,
    send_reading,
    send_vote,
)


@pytest.fixture
def lamp(app: Flask) -> Translation:
    return factories.article(slug="reset-a-lamp")


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize("number", ["99999999999999999999", "-99999999999999999999", "9" * 5000])
def test_a_reading_takes_no_number_that_no_database_can_hold(
    client: FlaskClient, number: str
) -> None:
    answer = client.post(
        "/en/events/read",
        data={"article": "reset-a-lamp", "rank": number, "seconds": number},
        headers=BY_SCRIPT,
    )
    assert answer.status_code == 204


def test_a_reading_waits_until_the_database_has_time(
    client: FlaskClient, lamp: Translation, busy_database: sqlite3.Connection
) -> None:
    assert send_reading(client).status_code == 204
    assert readings() == []
    busy_database.rollback()
    drain()
    assert [each.translation_id for each in readings()] == [lamp.id]


def test_a_reading_is_joined_to_the_search_that_led_there(
    app: Flask, client: FlaskClient, lamp: Translation
) -> None:
    search(app, "factory reset", lamp, client_headers=BROWSER)
    send_reading(client, q="factory reset", rank="1")
    answer = send_reading(client, q="factory reset", rank="1", seconds="10")
    assert answer.status_code == 204
    [kept] = readings()
    intent = db.session.scalars(select(SearchIntent)).one()
    assert (kept.read_seconds, kept.rank, kept.intent_id) == (10, 1, intent.id)


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_origin_cannot_report_a_reading(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    assert send_reading(client, headers).status_code == 403
    assert readings() == []


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize("nonsense", [{"rank": "-1"}, {"rank": "x"}, {"rank": "99999999999999"}])
def test_a_rank_that_makes_no_sense_is_dropped(
    client: FlaskClient, nonsense: dict[str, str]
) -> None:
    send_reading(client, OWN_PAGE, **nonsense)
    assert [each.rank for each in readings()] == [None]


@pytest.mark.usefixtures("lamp")
@pytest.mark.parametrize(("seconds", "kept"), [("-5", 0), ("x", 0), ("99999999999999", 3600)])
def test_a_reading_time_is_kept_within_reason(client: FlaskClient, seconds: str, kept: int) -> None:
    send_reading(client, seconds=seconds)
    assert [each.read_seconds for each in readings()] == [kept]


def test_a_reading_of_nothing_is_not_found(client: FlaskClient) -> None:
    assert send_reading(client).status_code == 404


def searches() -> list[int]:
    db.session.expire_all()
    return list(db.session.scalars(select(SearchIntent.times)))


def test_a_search_is_recorded_once(client: FlaskClient) -> None:
    client.get("/en/search?q=lamp", headers=BROWSER)
    drain()
    assert searches() == [1]


def test_a_robot_s_search_is_kept_apart(app: Flask) -> None:
    search(app, "lamp", client_headers={"User-Agent": "Googlebot/2.1"})
    assert [each.is_bot for each in db.session.scalars(select(Visit))] == [True]


def test_no_address_is_stored_anywhere(app: Flask, client: FlaskClient, lamp: Translation) -> None:
    search(app, "lamp", lamp, client_headers=BROWSER)
    send_reading(client)
    send_vote(client)
    dump = "\n".join(sqlite3.connect(db.engine.url.database or "").iterdump())
    assert "127.0.0.1" not in dump
    assert "Firefox" not in dump


@pytest.mark.usefixtures("lamp")
def test_nothing_is_recorded_of_a_visitor_who_asks_for_privacy(client: FlaskClient) -> None:
    client.get("/en/search?q=lamp", headers=BROWSER | PRIVATE)
    answer = send_reading(client, OWN_PAGE | PRIVATE, seconds="30")
    assert answer.status_code == 204
    assert "Set-Cookie" not in answer.headers
    assert (searches(), readings()) == ([], [])
    assert db.session.scalars(select(Visit)).all() == []
