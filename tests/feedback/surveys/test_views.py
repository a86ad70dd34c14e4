"""Claims about the one question after the thanks, and about the report of the answers."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from feedback.contact.form import Letter
from feedback.contact.sending import send_request
from feedback.models import Visit
from feedback.reports.filters import Filters
from feedback.reports.periods import Period
from feedback.requests.models import ContactRequest
from feedback.requests.resolving import resolve
from feedback.surveys.asking import TOKENS, ask, token_of
from feedback.surveys.marks import COOKIE as MARK
from feedback.surveys.marks import asked_at
from feedback.surveys.models import After, Survey, SurveyResponse
from feedback.surveys.report import make, surveys
from feedback.visitors import COOKIE, Visitor
from kb.accounts.models import RoleName
from kb.config import Settings
from kb.customers.models import Customer
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests import factories
from tests.feedback.browsers import BY_FORM, BY_SCRIPT, ELSEWHERE, send_vote
from tests.feedback.cast import ALICE

Fresh = Callable[[], FlaskClient]


@pytest.fixture(autouse=True)
def lamp(app: Flask) -> None:
    factories.article(slug="reset-a-lamp")


def rows() -> list[SurveyResponse]:
    db.session.expire_all()
    return list(db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)))


def way_to_answer(answer: TestResponse) -> str:
    found = re.search(r'action="(/en/survey/[^"]+)"', answer.text)
    assert found, "no question is asked"
    return found[1]


def test_a_yes_is_followed_by_one_question(client: FlaskClient) -> None:
    thanks = send_vote(client)
    assert "How satisfied are you" in thanks.text
    [shown] = rows()
    assert (shown.survey, shown.after, shown.answered_at) == (Survey.CSAT, After.ARTICLE, None)


def test_a_no_is_followed_by_none(client: FlaskClient) -> None:
    assert "/survey/" not in send_vote(client, "no").text
    assert rows() == []


@pytest.mark.parametrize("keeps", ["cookie", "nothing", "mark alone"])
def test_nobody_is_asked_twice(app: Flask, keeps: str) -> None:
    client = app.test_client(use_cookies=keeps != "nothing")
    send_vote(client)
    factories.article("Refund times", slug="refund-times")
    if keeps == "mark alone":  # the visitor id rotates, the mark stays
        client.delete_cookie(COOKIE)
    headers = BY_SCRIPT | (
        {"User-Agent": "Firefox of another day"} if keeps == "mark alone" else {}
    )
    again = client.post("/en/articles/refund-times/vote", data={"helpful": "yes"}, headers=headers)
    assert again.status_code == 200
    assert "/survey/" not in again.text
    assert len(rows()) == 1


@pytest.mark.parametrize("asked", [{"DNT": "1"}, {"User-Agent": "Googlebot/2.1"}])
def test_who_asks_for_privacy_and_robots_are_left_alone(
    client: FlaskClient, asked: dict[str, str]
) -> None:
    answer = send_vote(client, headers=BY_SCRIPT | asked)
    assert MARK not in answer.headers.get("Set-Cookie", "")
    assert rows() == []


def test_a_sample_is_asked_about_the_company_instead(app: Flask, client: FlaskClient) -> None:
    settings: Settings = app.extensions["kb_settings"].model_copy(update={"nps_sample": 1.0})
    app.extensions["kb_settings"] = settings
    assert "recommend Clairson" in send_vote(client).text
    assert [each.survey for each in rows()] == [Survey.NPS]


def test_a_script_that_changes_its_name_gets_few_questions(app: Flask) -> None:
    for number in range(45):
        send_vote(app.test_client(), headers=BY_SCRIPT | {"User-Agent": f"Firefox/{number}"})
    assert len(rows()) == 40


def test_a_score_is_kept_then_its_reason_without_personal_data(client: FlaskClient) -> None:
    address = way_to_answer(send_vote(client))
    thanks = client.post(address, data={"score": "4"}, headers=BY_SCRIPT)
    assert "Thank you" in thanks.text
    client.post(address, data={"comment": "Call me: 06 12 34 56 78"}, headers=BY_SCRIPT)
    assert [(each.score, each.comment) for each in rows()] == [(4, "Call me: [phone]")]


def test_a_score_given_twice_is_one_answer_and_the_last_counts(client: FlaskClient) -> None:
    address = way_to_answer(send_vote(client))
    for score in ("1", "5"):
        client.post(address, data={"score": score}, headers=BY_SCRIPT)
    assert [each.score for each in rows()] == [5]


def test_without_javascript_the_question_is_on_the_page_of_thanks(client: FlaskClient) -> None:
    page = client.get(send_vote(client, headers=BY_FORM).location, headers=BY_FORM)
    answer = client.post(way_to_answer(page), data={"score": "2"}, headers=BY_FORM)
    assert answer.status_code == 303
    assert "main reason" in client.get(answer.location, headers=BY_FORM).text
    assert [each.score for each in rows()] == [2]


@pytest.mark.parametrize("score", ["", "0", "6", "x"])
def test_a_score_off_the_scale_is_not_thanked(client: FlaskClient, score: str) -> None:
    answer = client.post(way_to_answer(send_vote(client)), data={"score": score}, headers=BY_SCRIPT)
    assert answer.status_code == 422
    assert "Thank you" not in answer.text
    assert [each.score for each in rows()] == [None]


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_origin_cannot_answer(client: FlaskClient, headers: dict[str, str]) -> None:
    address = way_to_answer(send_vote(client))
    assert client.post(address, data={"score": "1"}, headers=headers).status_code == 403
    assert [each.score for each in rows()] == [None]


def test_nobody_answers_for_another(app: Flask, client: FlaskClient) -> None:
    address = way_to_answer(send_vote(client))
    stranger = BY_SCRIPT | {"User-Agent": "Another browser"}
    answer = app.test_client().post(address, data={"score": "1"}, headers=stranger)
    assert answer.status_code == 403
    assert "Thank you" not in answer.text
    altered = address[:-3] + "abc"
    assert client.post(altered, data={"score": "1"}, headers=BY_SCRIPT).status_code == 404
    assert [each.score for each in rows()] == [None]


def test_the_link_of_a_mail_works_anywhere_and_takes_nothing_by_itself(app: Flask) -> None:
    with app.test_request_context():
        sent = send_request(ALICE, Letter("Parcel", "I wait.", "alice@example.com"), "en")
        request = db.session.get(ContactRequest, sent.request_id)
        assert request is not None
        resolve(request)
        db.session.commit()
    mail = db.session.scalar(select(OutgoingMail).where(OutgoingMail.kind == "survey"))
    assert mail is not None
    link = re.search(r"http://[^/]+(/en/survey/\S+\?score=5)", mail.text)
    assert link
    reader = app.test_client()
    assert "Send my answer: 5 – very satisfied" in reader.get(link[1], headers=BY_FORM).text
    assert [each.score for each in rows()] == [None]
    reader.post(link[1].partition("?")[0], data={"score": "5"}, headers=BY_FORM)
    assert [each.score for each in rows()] == [5]


def request_of(client: FlaskClient, **changes: str) -> ContactRequest:
    """Write to a person, and return the request."""
    letter = {"subject": "Parcel", "message": "I wait.", "email": "alice@example.com", "seen": "1"}
    client.post("/en/contact", data=letter | changes, headers=BY_FORM)
    db.session.expire_all()
    found = db.session.scalar(select(ContactRequest).order_by(ContactRequest.id.desc()))
    assert found is not None
    return found


def resolved(app: Flask, request: ContactRequest) -> None:
    with app.test_request_context():
        resolve(request)
        db.session.commit()


def invitations() -> int:
    return len(db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "survey")).all())


def test_who_was_asked_on_a_page_is_not_asked_by_mail_in_another_month(
    app: Flask, client: FlaskClient
) -> None:
    send_vote(client)
    client.delete_cookie(COOKIE)  # as where the visitor id has rotated
    headers = {"User-Agent": "Firefox of another month"}
    client.environ_base["HTTP_USER_AGENT"] = headers["User-Agent"]
    other = BY_FORM | headers
    letter = {"subject": "s", "message": "m", "email": "bob@example.com", "seen": "1"}
    client.post("/en/contact", data=letter, headers=other)
    db.session.expire_all()
    request = db.session.scalars(select(ContactRequest)).one()
    assert request.visitor != rows()[0].visitor
    resolved(app, request)
    assert invitations() == 0


def test_who_has_written_is_asked_by_mail_and_on_no_page(app: Flask, client: FlaskClient) -> None:
    request = request_of(client)
    client.delete_cookie(COOKIE)
    other = BY_SCRIPT | {"User-Agent": "Firefox of another month"}
    assert "/survey/" not in send_vote(client, headers=other).text
    resolved(app, request)
    assert invitations() == 1


def test_two_requests_of_one_address_are_asked_about_once(app: Flask) -> None:
    for number in range(2):
        agent = {"User-Agent": f"Firefox/{number}"}
        client = app.test_client()
        client.post(
            "/en/contact",
            data={"subject": "s", "message": f"m{number}", "email": "bob@example.com", "seen": "1"},
            headers=BY_FORM | agent,
        )
    db.session.expire_all()
    for each in db.session.scalars(select(ContactRequest)).all():
        resolved(app, each)
    assert invitations() == 1


def test_who_answers_a_mail_is_asked_nothing_in_that_browser(app: Flask) -> None:
    resolved(app, request_of(app.test_client()))
    reader = app.test_client()
    token = token_of(rows()[0])
    other = BY_FORM | {"User-Agent": "Firefox of the telephone"}
    reader.post(f"/en/survey/{token}", data={"score": "5"}, headers=other)
    by_script = other | {"X-Requested-With": "fetch"}
    assert "/survey/" not in send_vote(reader, headers=by_script).text


def test_a_customer_who_is_known_is_asked_once_under_any_visitor(app: Flask) -> None:
    customer = Customer(reference="C-1", email="carol@example.com")
    db.session.add(customer)
    db.session.flush()
    known = Visit(visitor="a" * 32, number=1, locale="en", customer_id=customer.id,
                  started_at=utc_now(), last_seen_at=utc_now())  # fmt: skip
    db.session.add(known)
    db.session.flush()
    answered(Survey.CSAT, None, visit_id=known.id)
    visitor = Visitor("b" * 32, customer_id=customer.id)
    with app.test_request_context() as context:
        assert ask(visitor, After.ARTICLE, "en", request=context.request) is None
        stranger = Visitor("c" * 32)
        assert ask(stranger, After.ARTICLE, "en", request=context.request) is not None


@pytest.mark.parametrize("value", ["1", "asked.", "asked.2026-13-45", "nonsense"])
def test_a_mark_that_nobody_understands_counts_as_a_question(app: Flask, value: str) -> None:
    with app.test_request_context(headers={"Cookie": f"{MARK}={value}"}) as context:
        found = asked_at(context.request)
        assert found is not None
        assert abs(found - utc_now()) < timedelta(days=2)


# The report


def answered(survey: Survey, score: int | None, **options: object) -> None:
    now = utc_now()
    fields = {"after": After.ARTICLE, "visitor": "a" * 32, "locale": "en", "asked_at": now}
    db.session.add(
        SurveyResponse(
            survey=survey,
            score=score,
            answered_at=now if score is not None else None,
            **{**fields, **options},
        )
    )
    db.session.commit()


@pytest.fixture
def filters() -> Filters:
    now = utc_now()
    return Filters(Period(now - timedelta(days=30), now + timedelta(hours=1)))


def fill() -> None:
    for score in (5, 4, 2, None):
        answered(Survey.CSAT, score)
    answered(Survey.CSAT, 1, locale="fr", after=After.REQUEST, comment="Trop long")
    for score in (10, 9, 3):
        answered(Survey.NPS, score)
    answered(Survey.CSAT, 5, is_bot=True)
    answered(Survey.CSAT, 5, is_staff=True)


def test_scores_stand_beside_how_many_answered(filters: Filters) -> None:
    fill()
    figures = {each.key: each for each in make(filters).figures}
    assert figures["csat"].value == pytest.approx(2 / 4)
    assert figures["csat_response"].value == pytest.approx(4 / 5)
    assert figures["nps"].value == pytest.approx(100 / 3)
    groups = {(each.survey, each.after, each.locale): each for each in surveys(filters).groups}
    assert groups[Survey.CSAT, After.ARTICLE, "en"].asked == 4
    assert groups[Survey.CSAT, After.REQUEST, "fr"].value == 0
    [comment] = surveys(filters).comments
    assert (comment.text, comment.score) == ("Trop long", 1)


def test_leads_see_the_scores_and_the_words(sign_in: Callable[[RoleName], FlaskClient]) -> None:
    fill()
    lead = sign_in(RoleName.LEAD)
    lead.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = lead.get("/studio/reports/surveys")
    assert "Trop long" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Trop long" in lead.get("/studio/reports/surveys.csv?table=comments").text


def test_a_token_of_something_else_is_none(app: Flask, client: FlaskClient) -> None:
    assert client.get(f"/en/survey/{TOKENS.text([999, 0])}", headers=BY_FORM).status_code == 404
    assert client.get(f"/en/survey/{TOKENS.text(999)}", headers=BY_FORM).status_code == 404
