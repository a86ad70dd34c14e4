"""Claims about the widget's figures: who acts twice, on two networks, counts once."""

from datetime import timedelta

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.models import Translation
from feedback.models import Channel, Visit
from feedback.reports.filters import Filters
from feedback.reports.overview import overview
from feedback.reports.periods import Period
from feedback.surveys.asking import ask as ask_question
from feedback.surveys.models import After, SurveyResponse
from feedback.surveys.report import surveys
from kb.db import db, utc_now
from tests.feedback.cast import ALICE
from tests.feedback.widget.test_asking import FROM_SHOP, ask, lamp

__all__ = ["lamp"]

DAY = timedelta(days=1)
MOVED = FROM_SHOP | {"User-Agent": "Mozilla/5.0 (Android 16; Mobile; rv:140.0) Firefox/140.0"}
ON_THE_TRAIN = {"REMOTE_ADDR": "203.0.113.9"}


def of_today() -> Filters:
    return Filters(Period(utc_now() - DAY, utc_now() + DAY), channel=Channel.WIDGET)


def counts(key: str) -> dict[str, int]:
    """Return the counts of a figure of the overview, once every window has closed."""
    return dict(overview(of_today(), utc_now() + 30 * DAY).figures[key].counts)


def test_an_answer_that_is_confirmed_twice_deflects_once(
    client: FlaskClient, lamp: Translation
) -> None:
    ask(client, "contact")
    ask(client, "contact/suggestions", subject="reset a lamp")
    token = ask(client, "contact/answered", slug=lamp.slug).json["visitor"]
    client.environ_base.update(ON_THE_TRAIN)
    for _ in range(2):
        ask(client, "contact", headers=MOVED, visitor=token)
        ask(client, "contact/answered", headers=MOVED, visitor=token, slug=lamp.slug)
    said = counts("deflection_confirmed")
    assert said == {"confirmed": 1, "base": 1, "came_back": 0, "pending": 0}


def test_whoever_writes_after_all_deflected_nothing(client: FlaskClient, lamp: Translation) -> None:
    ask(client, "contact")
    token = ask(client, "contact/answered", slug=lamp.slug).json["visitor"]
    client.environ_base.update(ON_THE_TRAIN)
    letter = {"subject": "Still dark", "message": "It stays dark.", "email": "alice@example.com"}
    ask(client, "contact/send", headers=MOVED, visitor=token, **letter)
    figures = overview(of_today(), utc_now() + 30 * DAY).figures
    for key in ("deflection_confirmed", "deflection_upper"):
        assert figures[key].value == 0.0


@pytest.fixture
def everybody_is_sampled(app: Flask) -> None:
    known = app.extensions["kb_settings"]
    app.extensions["kb_settings"] = known.model_copy(update={"nps_sample": 1.0})


@pytest.mark.usefixtures("everybody_is_sampled")
def test_a_promoter_is_asked_and_counted_once(client: FlaskClient, lamp: Translation) -> None:
    thanks = ask(client, "vote", slug=lamp.slug, helpful="yes").json
    token, question = thanks["visitor"], thanks["survey"]["token"]
    client.environ_base.update(ON_THE_TRAIN)
    for score in ("3", "9"):  # they think better of it
        ask(client, "survey", headers=MOVED, visitor=token, token=question, score=score)
    ask(client, "survey", headers=MOVED, visitor=token, token=question, comment="Kind.")
    again = [
        ask(client, "vote", headers=MOVED, visitor=token, slug="friend", helpful="yes"),
        ask(client, "contact/answered", headers=MOVED, visitor=token, slug=lamp.slug),
    ]
    assert all("survey" not in each.json for each in again)
    figures = {each.key: each for each in surveys(of_today()).figures}
    assert figures["nps"].value == 100
    assert figures["nps"].trials == 1
    assert (figures["nps_response"].value, figures["nps_response"].trials) == (1.0, 1)


def test_a_question_of_the_widget_is_of_its_channel(app: Flask) -> None:
    with app.test_request_context():
        asked = ask_question(ALICE, After.DEFLECTED, "en", request=request, channel=Channel.WIDGET)
    assert asked is not None
    query = select(Visit.channel).join(SurveyResponse, SurveyResponse.visit_id == Visit.id)
    assert db.session.scalars(query).one() is Channel.WIDGET
