"""Claims about alerts: raised within the hour, once, and decided by people."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from articles.models import Kind, Status, Translation
from feedback.gaps.actions import open_gap
from feedback.gaps.models import GapWording
from feedback.models import SearchIntent, Visit
from feedback.outcomes import Outcome
from feedback.reports.periods import Period
from feedback.rises import alerts, notices
from feedback.rises.body import known_issue
from feedback.rises.incidents import incidents
from feedback.rises.models import AlertState
from feedback.rises.reading import open_alerts
from feedback.rises.task import look
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests.feedback.cast import START, at
from tests.test_rights import SignIn

NOW = at(days=20, minutes=330)
_numbers = iter(range(10**9))


def ask(
    query: str,
    when: datetime = NOW,
    *,
    origin: str | None = None,
    locale: str = "fr",
    is_bot: bool = False,
) -> None:
    """Let a visitor of an own network ask something."""
    number = next(_numbers)
    visit = Visit(
        visitor=f"{number:032x}", number=1, locale=locale, started_at=when, last_seen_at=when,
        origin=f"o{number}" if origin is None else origin, is_bot=is_bot,
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    db.session.add(
        SearchIntent(
            visit_id=visit.id, query=query, normalised=query.casefold(), locale=locale, retrieved=0,
            matched=0, confidence=0.1, weak=True, mode="keyword", shown=[], created_at=when,
            searched_at=when, outcome=Outcome.WEAK,
        )
    )  # fmt: skip


def three_weeks() -> None:
    """Three weeks in which somebody asked about lamps every hour, and nobody about signing in."""
    for day in range(21):
        for hour in range(-2, 7):
            ask("ampoule grillée", START + timedelta(days=day, hours=hour, minutes=5))
    db.session.commit()


@pytest.fixture
def history(app: Flask) -> None:
    three_weeks()


def asked_by(number: int, query: str = "connexion impossible", **more: Any) -> None:
    for minute in range(number):
        ask(query, NOW - timedelta(minutes=5 + minute), **more)
    db.session.commit()


def test_a_sudden_rise_is_told_with_its_beginning(any_app: Flask) -> None:
    three_weeks()
    asked_by(6)
    (alert,) = look(NOW)
    assert (alert.name, alert.visitors, alert.state) == ("connexion impossible", 6, AlertState.OPEN)
    assert alert.started_at == NOW - timedelta(minutes=10)
    assert alert.factor is None
    assert [each.id for each in open_alerts(NOW)] == [alert.id]


@pytest.mark.parametrize(
    "more", [{"origin": "one office"}, {"is_bot": True}], ids=["one network", "robots"]
)
def test_one_network_and_robots_raise_nothing(history: None, more: dict[str, Any]) -> None:
    asked_by(12, **more)
    assert look(NOW) == []


def test_four_are_a_coincidence(history: None) -> None:
    asked_by(4)
    assert look(NOW) == []


def test_what_is_always_asked_is_no_rise(history: None) -> None:
    asked_by(2, "ampoule grillée")
    assert look(NOW) == []


def test_a_site_without_history_raises_nothing(app: Flask) -> None:
    asked_by(20)
    assert look(NOW) == []


def test_looking_again_tells_nothing_new_and_follows_the_rise(any_app: Flask) -> None:
    three_weeks()
    asked_by(6)
    (alert,) = look(NOW)
    asked_by(3, "impossible connexion")
    assert look(NOW + timedelta(minutes=5)) == []
    assert alert.visitors == 9
    assert "fr impossible connexion" in alert.wordings


def test_wordings_of_one_gap_rise_together(history: None) -> None:
    gap = open_gap("connexion impossible", "fr", by="Lea")
    db.session.add(GapWording(gap_id=gap.id, locale="en", normalised="no login", text="no login"))
    db.session.commit()
    asked_by(3)
    asked_by(3, "no login", locale="en")
    (alert,) = look(NOW)
    assert (alert.visitors, alert.gap_id) == (6, gap.id)


def test_a_rise_that_is_over_ends_and_may_come_again(history: None) -> None:
    asked_by(6)
    (alert,) = look(NOW)
    look(NOW + timedelta(hours=5))
    db.session.refresh(alert)
    assert alert.ended_at == NOW
    for minute in range(6):
        ask("connexion impossible", NOW + timedelta(hours=8, minutes=minute))
    db.session.commit()
    (again,) = look(NOW + timedelta(hours=8, minutes=10))
    assert again.id != alert.id


@pytest.mark.parametrize("state", [AlertState.SEEN, AlertState.NOT_AN_INCIDENT])
def test_what_was_decided_is_quiet_for_a_day(history: None, state: AlertState) -> None:
    asked_by(6)
    (alert,) = look(NOW)
    alerts.decide(alert, state, by="Lea", now=NOW)
    look(NOW + timedelta(hours=5))
    for minute in range(6):
        ask("connexion impossible", NOW + timedelta(hours=8, minutes=minute))
    db.session.commit()
    assert look(NOW + timedelta(hours=8, minutes=10)) == []
    assert open_alerts(NOW) == []


def test_a_decision_can_be_taken_back(history: None) -> None:
    asked_by(6)
    (alert,) = look(NOW)
    alerts.decide(alert, AlertState.NOT_AN_INCIDENT, by="Lea", now=NOW)
    alerts.reopen(alert)
    assert [each.id for each in open_alerts(NOW)] == [alert.id]
    assert alert.decided_by == ""


def test_a_known_issue_is_drafted_once_and_is_not_public(history: None) -> None:
    asked_by(6)
    (alert,) = look(NOW)
    draft = alerts.draft_known_issue(alert, known_issue(alert), ["connexion impossible"], by="Lea")
    again = alerts.draft_known_issue(alert, known_issue(alert), ["connexion impossible"], by="Lea")
    assert draft.id == again.id
    assert (draft.article.kind, draft.locale, draft.status()) == (
        Kind.KNOWN_ISSUE,
        "fr",
        Status.DRAFT,
    )
    assert draft.title == "Connexion impossible"
    assert draft.revisions[-1].answers == ["connexion impossible"]
    assert db.session.query(Translation).count() == 1


def test_time_lines_mark_rises_but_not_false_alarms(history: None) -> None:
    asked_by(6)
    (alert,) = look(NOW)
    period = Period(at(days=20), at(days=21))
    assert [(each.label, each.kind.value) for each in incidents(period)] == [
        ("connexion impossible", "rise")
    ]
    assert incidents(period, "en") == []
    alerts.decide(alert, AlertState.NOT_AN_INCIDENT, by="Lea", now=NOW)
    assert incidents(period) == []


def test_leads_who_asked_are_told_once_by_a_letter(app: Flask, history: None) -> None:
    lead = add_user("lead@clairson.example", "correct horse battery", RoleName.LEAD)
    writer = add_user("writer@clairson.example", "correct horse battery", RoleName.WRITER)
    for user in (lead, writer):
        notices.subscribe(user, "fr")
    asked_by(6)
    with app.test_request_context():
        look(NOW)
        look(NOW + timedelta(minutes=5))
    (letter,) = db.session.scalars(select(OutgoingMail))
    assert letter.recipient == "lead@clairson.example"
    assert "connexion impossible" in letter.subject
    assert "/studio/reports/alerts" in letter.text
    notices.unsubscribe(lead)
    assert not notices.is_told(lead)


@pytest.mark.parametrize("page", ["", "/articles", "/searches"])
def test_reports_say_of_a_rise_once(history: None, sign_in: SignIn, page: str) -> None:
    asked_by(6)
    look(NOW)
    (alert,) = open_alerts(NOW)
    alert.last_seen_at = utc_now()
    db.session.commit()
    html = sign_in(RoleName.LEAD).get(f"/studio/reports{page}").text
    assert html.count('<div class="rise"') == 1
