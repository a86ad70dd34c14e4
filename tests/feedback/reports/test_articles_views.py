"""Claims about the pages on articles, searches, comments and alerts in the studio."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from articles.models import Article, Kind, Translation
from feedback.comments.inbox import Wanted, comments
from feedback.comments.models import State
from feedback.gaps.models import Gap
from feedback.models import Reason
from feedback.reports import pages, rollups
from feedback.reports.searches_models import Wording
from feedback.rises import notices
from feedback.rises.models import Alert, AlertState
from feedback.visitors import Visitor
from feedback.voting import record_details
from kb.accounts.models import RoleName, User
from kb.db import db, utc_now
from tests import factories
from tests.feedback.cast import ALICE, BOB, CAROL, read, search, vote

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def lamp(app: Flask) -> Translation:
    """Yesterday three visitors asked, read and voted; one of them means harm."""
    lamp = factories.article(
        "Reset a lamp", published_at=utc_now() - timedelta(days=100), slug="reset"
    )
    yesterday = utc_now() - timedelta(days=1)
    for who in (ALICE, BOB, CAROL):
        search(who, "lamp broken", lamp, moment=yesterday)
        search(who, f"lamp {EVIL}", lamp, moment=yesterday + timedelta(seconds=20))
        later = yesterday + timedelta(seconds=30)
        read(who, lamp, seconds=20, query=f"lamp {EVIL}", moment=later)
        receipt = vote(who, lamp, helpful=who is BOB, moment=yesterday + timedelta(minutes=2))
        record_details(
            who,
            receipt.vote_id,
            receipt.version,
            reason=Reason.OTHER,
            comment=f"{EVIL} {who.id[0]}",
        )
    rollups.refresh()
    return lamp


@pytest.fixture
def alert(app: Flask) -> Alert:
    """A rise of this hour."""
    now = utc_now()
    alert = Alert(
        name="connexion impossible", locale="fr", wordings=["fr connexion impossible"],
        started_at=now - timedelta(minutes=20), last_seen_at=now, visitors=6, expected=1.0,
    )  # fmt: skip
    db.session.add(alert)
    db.session.commit()
    return alert


@pytest.fixture
def lead(sign_in: Callable[[RoleName], FlaskClient]) -> FlaskClient:
    signed_in = sign_in(RoleName.LEAD)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


def addresses(lamp: Translation) -> list[str]:
    wording = db.session.query(Wording).filter_by(normalised="lamp broken").one()
    return [
        "/studio/reports/articles",
        "/studio/reports/articles?list=never-found&sort=title",
        f"/studio/reports/articles/{lamp.id}",
        "/studio/reports/searches",
        "/studio/reports/searches?outcome=reformulated",
        f"/studio/reports/searches/{wording.id}",
        "/studio/reports/comments",
        "/studio/reports/comments?state=new&reason=other",
        f"/studio/reports/comments?about={lamp.id}",
        "/studio/reports/alerts",
    ]


def test_pages_show_what_visitors_typed_as_text(
    lamp: Translation, alert: Alert, lead: FlaskClient
) -> None:
    for address in addresses(lamp):
        answer = lead.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert EVIL not in answer.text, address


def test_pages_answer_in_french_and_without_anything_to_show(app: Flask, lead: FlaskClient) -> None:
    lead.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    for room in ("articles", "searches", "comments", "alerts"):
        assert lead.get(f"/studio/reports/{room}").status_code == 200, room


@pytest.mark.parametrize("room", ["articles", "searches"])
@pytest.mark.parametrize("number", ["0", "99999999999", "-1", "x", "²", "1.xls"])
def test_what_is_not_there_is_not_found(lead: FlaskClient, room: str, number: str) -> None:
    assert lead.get(f"/studio/reports/{room}/{number}").status_code == 404


def test_the_list_of_articles_keeps_its_filters_in_its_links(
    lamp: Translation, lead: FlaskClient
) -> None:
    page = lead.get("/studio/reports/articles?since=2026-01-01&language=en&sort=title").text
    assert "since=2026-01-01" in page
    assert f"/studio/reports/articles/{lamp.id}?" in page
    assert "list=falling&amp;" in page or "&amp;list=falling" in page


def test_one_article_is_a_file_too(lamp: Translation, lead: FlaskClient) -> None:
    data = lead.get(f"/studio/reports/articles/{lamp.id}.json").json
    assert data["figures"]["helpfulness"]["counts"] == {
        "helpful": 1, "votes": 3, "raw_helpful": 1, "raw_votes": 3,
    }  # fmt: skip
    text = lead.get(f"/studio/reports/articles/{lamp.id}.csv?table=revisions").text
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["helpful"], row["votes"]) == ("1", "3")
    assert lead.get(f"/studio/reports/articles/{lamp.id}.csv?table=none").status_code == 404


@pytest.mark.parametrize("name", ["articles", "searches", "comments", "alerts"])
def test_every_report_is_a_file(lamp: Translation, lead: FlaskClient, name: str) -> None:
    assert lead.get(f"/studio/reports/{name}.csv").status_code == 200
    assert lead.get(f"/studio/reports/{name}.json").json["report"] == name


def test_a_comment_is_decided_and_put_back_from_the_inbox(
    lamp: Translation, lead: FlaskClient, app: Flask
) -> None:
    def newest() -> tuple[str, State]:
        with app.test_request_context():
            comment = comments(Wanted(pages.filters_of({})), limit=1)[0]
        return f"/studio/comments/{comment.key[0].value}/{comment.key[1]}", comment.state

    address, _state = newest()
    answer = lead.post(f"{address}?state=new", data={"act": "answered", "note": "Done"})
    assert answer.location.startswith("/studio/reports/comments?state=new#vote-")
    assert newest()[1] is State.ANSWERED
    assert "Done" in lead.get("/studio/reports/comments").text
    lead.post(address, data={"act": "undo"})
    assert newest()[1] is State.NEW
    lead.post(address, data={"act": "task"})
    assert newest()[1] is State.TASK
    gap = db.session.query(Gap).one()
    assert f"/studio/gaps/{gap.id}" in lead.get("/studio/reports/comments").text
    assert lead.post(address, data={"act": "burn"}).status_code == 400
    assert lead.post("/studio/comments/vote/99999", data={"act": "read"}).status_code == 404
    assert lead.post("/studio/comments/letter/1", data={"act": "read"}).status_code == 404


def test_a_rise_stands_on_top_of_reports_until_somebody_decides(
    alert: Alert, lead: FlaskClient
) -> None:
    for room in ("", "/articles", "/searches"):
        page = lead.get(f"/studio/reports{room}").text
        assert "connexion impossible" in page, room
        assert "×6 since" in page, room
    lead.post(f"/studio/alerts/{alert.id}", data={"act": "not-an-incident"})
    assert "connexion impossible" not in lead.get("/studio/reports/searches").text
    assert "Not an incident" in lead.get("/studio/reports/alerts").text
    lead.post(f"/studio/alerts/{alert.id}", data={"act": "reopen"})
    db.session.expire_all()
    assert db.session.get_one(Alert, alert.id).state is AlertState.OPEN
    assert lead.post(f"/studio/alerts/{alert.id}", data={"act": "x"}).status_code == 400
    assert lead.post("/studio/alerts/99999999999", data={"act": "seen"}).status_code == 404


def test_a_known_issue_is_drafted_from_the_band(alert: Alert, lead: FlaskClient) -> None:
    answer = lead.post(f"/studio/alerts/{alert.id}", data={"act": "draft"})
    assert answer.status_code == 303
    assert lead.get(answer.location).status_code == 200
    article = db.session.query(Article).one()
    assert article.kind is Kind.KNOWN_ISSUE
    draft = article.translations[0].revisions[-1]
    assert (draft.title, draft.answers) == ("Connexion impossible", ["connexion impossible"])


def test_a_lead_asks_for_letters_and_stops_them(alert: Alert, lead: FlaskClient) -> None:
    user = db.session.query(User).filter_by(email="lead@clairson.example").one()
    lead.post("/studio/alerts/letters", data={"told": "yes"})
    assert notices.is_told(user)
    lead.post("/studio/alerts/letters", data={"told": "no"})
    db.session.expire_all()
    assert not notices.is_told(user)


def test_writers_decide_nothing(
    alert: Alert, lamp: Translation, sign_in: Callable[[RoleName], FlaskClient]
) -> None:
    writer = sign_in(RoleName.WRITER)
    assert writer.post(f"/studio/alerts/{alert.id}", data={"act": "seen"}).status_code == 403
    assert writer.post("/studio/comments/vote/1", data={"act": "read"}).status_code == 403


def test_an_article_right_for_one_question_and_wrong_for_another_says_so(
    app: Flask, lead: FlaskClient
) -> None:
    lamp = factories.article("Reset a lamp", published_at=utc_now() - timedelta(days=100))
    moment = utc_now() - timedelta(days=1)
    for number in range(70):
        who = Visitor(f"{number:032x}")
        query = "reset the lamp" if number % 2 else "forgotten password"
        search(who, query, lamp, moment=moment)
        read(who, lamp, seconds=40 if number % 2 else 2, query=query, moment=moment)
    rollups.refresh()
    page = lead.get(f"/studio/reports/articles/{lamp.id}").text
    assert "answers those who ask “reset the lamp” (35 of 35 openings)" in page
    assert "not those who ask “forgotten password” (0 of 35)" in page
