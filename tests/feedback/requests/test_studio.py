"""Claims about requests in the studio: the list, a request's page, answered and resolved."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.contact.form import Letter
from feedback.contact.sending import send_request
from feedback.models import SearchIntent
from feedback.outcomes import Outcome
from feedback.requests.models import ContactRequest
from feedback.requests.resolving import State, reopen, resolve, state_of
from feedback.settling import settle
from feedback.surveys.models import After, Survey, SurveyResponse
from feedback.visitors import Visitor
from kb.accounts.models import RoleName
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests import factories
from tests.feedback.cast import ALICE, BOB, ROBOT, START, WRITER, at, read, search

SignIn = Callable[[RoleName], FlaskClient]
LIST = "/studio/reports/requests"


@pytest.fixture
def lead(sign_in: SignIn) -> FlaskClient:
    signed_in = sign_in(RoleName.LEAD)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


def write(
    who: Visitor = ALICE,
    subject: str = "Where is my parcel?",
    email: str = "alice@example.com",
    **options: object,
) -> ContactRequest:
    sent = send_request(who, Letter(subject, "I wait.", email), "en", **options)  # type: ignore[arg-type]
    kept = db.session.get(ContactRequest, sent.request_id)
    assert kept is not None
    return kept


def surveys() -> list[SurveyResponse]:
    return list(db.session.scalars(select(SurveyResponse)))


def questions() -> list[OutgoingMail]:
    return [each for each in db.session.scalars(select(OutgoingMail)) if each.kind == "survey"]


def test_the_list_shows_people_and_sets_programs_and_staff_apart(lead: FlaskClient) -> None:
    write(subject="From a person")
    write(ROBOT, "From a robot")
    write(WRITER, "From staff")
    page = lead.get(LIST)
    assert page.headers["Cache-Control"] == "private, no-store"
    people, _, apart = page.text.partition("left out of every figure")
    assert "From a person" in people
    assert "From a robot" not in people
    assert "From a robot" in apart
    assert "From staff" in apart


def test_the_files_of_the_report_hold_no_address_and_no_message(lead: FlaskClient) -> None:
    write(subject="=call me on 06 12 34 56 78, alice@example.com")
    csv = lead.get(f"{LIST}.csv?table=requests").get_data(as_text=True)
    assert "[phone]" in csv
    assert "'=call" in csv
    for secret in ("alice@example.com", "06 12", "I wait."):
        assert secret not in csv
    data = json.loads(lead.get(f"{LIST}.json").text)
    assert data["figures"]["requests"]["value"] == 1


def test_a_request_s_page_tells_what_its_sender_had_tried(lead: FlaskClient) -> None:
    parcel = factories.article("Track my order", slug="track-my-order")
    now = utc_now()
    search(ALICE, "parcel of carol@example.com", parcel, moment=now - timedelta(minutes=2))
    read(ALICE, parcel, seconds=5, query="parcel", moment=now - timedelta(minutes=1))
    kept = write(subject="<b>Where?</b>")
    page = lead.get(f"/studio/requests/{kept.reference.lower()}").text
    assert "parcel of [e-mail]" in page
    assert "Track my order" in page
    assert "&lt;b&gt;Where?" in page
    assert "mailto:alice@example.com" in page


def test_where_a_request_stands_can_be_said_and_taken_back(lead: FlaskClient) -> None:
    kept = write()
    address = f"/studio/requests/{kept.reference}"
    steps = [
        ("answered", State.ANSWERED),
        ("resolved", State.RESOLVED),
        ("reopened", State.ANSWERED),
        ("unanswered", State.OPEN),
        ("resolved", State.RESOLVED),
        ("reopened", State.OPEN),
    ]
    for act, state in steps:
        assert lead.post(address, data={"act": act}).status_code == 303
        db.session.expire_all()
        assert state_of(kept) is state, act
    assert lead.post(address, data={"act": "burn"}).status_code == 400
    assert lead.get("/studio/requests/AAAA-BBBB").status_code == 404


@pytest.mark.usefixtures("any_app")
def test_a_resolved_request_is_followed_by_one_question_by_mail() -> None:
    kept = write()
    resolve(kept)
    resolve(kept)
    [asked], [mail] = surveys(), questions()
    assert (asked.survey, asked.after, asked.request_id) == (Survey.CSAT, After.REQUEST, kept.id)
    assert mail.recipient == "alice@example.com"
    assert mail.text.count("/en/survey/") == 5
    assert mail.due_at > utc_now()


@pytest.mark.usefixtures("any_app")
def test_a_request_opened_again_at_once_asks_nothing() -> None:
    kept = write()
    resolve(kept)
    reopen(kept)
    assert (surveys(), questions()) == ([], [])
    assert kept.answered_at is None


@pytest.mark.usefixtures("app")
def test_nobody_is_asked_twice_within_the_pause_under_any_name() -> None:
    resolve(write())
    resolve(write(BOB, "Another matter", "alice@example.com"))
    resolve(write(ALICE, "A third one", "other@example.com"))
    assert len(surveys()) == 1


@pytest.mark.usefixtures("app")
def test_programs_and_staff_are_asked_nothing() -> None:
    for who in (ROBOT, WRITER):
        resolve(write(who, email=f"{who.id[:3]}@example.com"))
    assert surveys() == []


@pytest.mark.usefixtures("any_app")
def test_a_search_that_ended_in_a_request_is_escalated() -> None:
    search(ALICE, "where is my parcel", weak=True, moment=START)
    search(BOB, "where is my parcel", weak=True, moment=START)
    write(ALICE, at=at(minutes=2))
    settle(at(days=1))
    found = db.session.scalars(select(SearchIntent).order_by(SearchIntent.id)).all()
    assert [each.outcome for each in found] == [Outcome.ESCALATED, Outcome.NO_RESULT]
