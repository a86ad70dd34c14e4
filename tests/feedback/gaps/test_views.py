"""Claims about the reports in the studio."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.models import SearchIntent
from kb.accounts.models import RoleName
from kb.db import db, utc_now
from tests import factories
from tests.conftest import PASSWORD
from tests.feedback.cast import ALICE, BOB, CAROL, search

REPORTS = ["/studio/reports/gaps", "/studio/reports/gaps.csv"]
ADDRESSES = ["/studio/", *REPORTS]
SignIn = Callable[[RoleName], FlaskClient]


@pytest.fixture
def lead(sign_in: SignIn) -> FlaskClient:
    signed_in = sign_in(RoleName.LEAD)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


@pytest.fixture
def unanswered(app: Flask) -> None:
    """Two visitors asked for gift wrapping yesterday, and one for a formula."""
    cards = factories.article("Gift cards", slug="gift-cards")
    yesterday = utc_now() - timedelta(days=1)
    for who in (ALICE, BOB):
        search(who, "gift wrapping", cards, weak=True, moment=yesterday)
    for who in (ALICE, CAROL):
        search(who, '=HYPERLINK("evil")', weak=True, matched=0, moment=yesterday)


@pytest.mark.parametrize("address", ADDRESSES)
def test_strangers_are_sent_to_the_sign_in(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/studio/sign-in")


@pytest.mark.parametrize("address", REPORTS)
@pytest.mark.parametrize("role", [RoleName.WRITER, RoleName.REVIEWER])
def test_writers_and_reviewers_are_refused(sign_in: SignIn, role: RoleName, address: str) -> None:
    assert sign_in(role).get(address).status_code == 403


@pytest.mark.parametrize("role", RoleName)
def test_whoever_signs_in_arrives_at_a_page_that_is_open_to_them(
    app: Flask, sign_in: SignIn, role: RoleName
) -> None:
    sign_in(role)
    visitor = app.test_client()
    data = {"email": f"{role.value}@clairson.example", "password": PASSWORD}
    page = visitor.post("/studio/sign-in", data=data, follow_redirects=True)
    assert (page.status_code, page.request.path) == (200, "/studio/")


@pytest.mark.parametrize(
    ("role", "is_shown"),
    [
        (RoleName.WRITER, False),
        (RoleName.REVIEWER, False),
        (RoleName.LEAD, True),
        (RoleName.ADMIN, True),
    ],
)
def test_the_studio_shows_the_reports_to_those_who_may_open_them(
    sign_in: SignIn, role: RoleName, is_shown: bool
) -> None:
    assert ("/studio/reports/gaps" in sign_in(role).get("/studio/").text) is is_shown


def test_the_studio_tells_writers_how_to_publish_and_lets_them_sign_out(sign_in: SignIn) -> None:
    page = sign_in(RoleName.WRITER).get("/studio/").text
    assert "kb import" in page
    assert 'action="/studio/sign-out"' in page


def test_the_studio_is_never_cached(lead: FlaskClient) -> None:
    assert lead.get("/studio/").headers["Cache-Control"] == "private, no-store"


@pytest.mark.usefixtures("unanswered")
def test_a_lead_sees_the_question_its_visitors_and_the_nearest_article(lead: FlaskClient) -> None:
    page = lead.get("/studio/reports/gaps")
    assert page.status_code == 200
    assert "gift wrapping" in page.text
    assert "/en/articles/gift-cards" in page.text


@pytest.mark.usefixtures("unanswered")
def test_what_visitors_type_is_shown_and_never_run(lead: FlaskClient) -> None:
    search(ALICE, "<script>alert(1)</script>", moment=utc_now() - timedelta(days=1))
    search(BOB, "<script>alert(1)</script>", moment=utc_now() - timedelta(days=1))
    page = lead.get("/studio/reports/gaps")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text


def test_the_report_is_never_cached(lead: FlaskClient) -> None:
    assert lead.get("/studio/reports/gaps").headers["Cache-Control"] == "private, no-store"


def test_few_searches_are_too_few_to_tell(unanswered: None, lead: FlaskClient) -> None:
    assert "too few to tell" in lead.get("/studio/reports/gaps").text


def test_real_figures_are_not_called_simulated(unanswered: None, lead: FlaskClient) -> None:
    assert "simulated" not in lead.get("/studio/reports/gaps").text


def test_simulated_figures_are_called_so(unanswered: None, lead: FlaskClient) -> None:
    db.session.query(SearchIntent).update({"simulated": True})
    db.session.commit()
    assert "simulated" in lead.get("/studio/reports/gaps").text


@pytest.mark.parametrize("address", REPORTS)
@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ("since=tomorrow", "since"),
        ("since=2026-11-10&until=2026-11-01", "since"),
        ("since=2900-01-01", "since"),
        ("until=soon", "until"),
        ("since=2020-01-01&until=9999-12-31", "until"),
    ],
)
def test_dates_that_make_no_period_come_back_in_the_form_with_the_error_at_their_field(
    lead: FlaskClient, address: str, dates: str, field: str
) -> None:
    answer = lead.get(f"{address}?{dates}")
    assert answer.status_code == 400
    assert f'id="{field}-error"' in answer.text
    for each in dates.split("&"):
        name, value = each.split("=")
        assert re.search(rf'name="{name}" value="{value}"', answer.text)


@pytest.mark.usefixtures("unanswered")
def test_another_period_shows_other_gaps(lead: FlaskClient) -> None:
    page = lead.get("/studio/reports/gaps?since=2020-01-01&until=2020-01-31")
    assert "gift wrapping" not in page.text


@pytest.mark.usefixtures("unanswered")
def test_the_table_for_spreadsheets_runs_no_formula(lead: FlaskClient) -> None:
    answer = lead.get("/studio/reports/gaps.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert {each["question"] for each in rows} == {"gift wrapping", '\'=HYPERLINK("evil")'}
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.usefixtures("unanswered")
def test_the_articles_that_do_not_help_are_a_table_of_their_own(lead: FlaskClient) -> None:
    answer = lead.get("/studio/reports/gaps.csv?table=articles")
    assert answer.text.lstrip("\ufeff").startswith("article,locale,helpful,votes")
