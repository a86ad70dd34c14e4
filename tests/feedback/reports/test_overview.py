"""Claims about the figures of the overview, and that every way to them tells the same."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from feedback.contact.models import ContactAttempt
from feedback.models import Visit
from feedback.outcomes import Outcome
from feedback.reports import registry
from feedback.reports.cli import report as command
from feedback.reports.filters import Filters, filters_from
from feedback.reports.overview import Overview, overview
from feedback.requests.models import ContactRequest
from feedback.surveys.models import After, Survey, SurveyResponse
from feedback.visitors import Visitor
from kb.accounts.models import RoleName
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.feedback.cast import ALICE, BOB, CAROL, ROBOT, START, WRITER, at, read, search, vote

NOW = at(days=20)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"cost_per_request": 8})


def filters(**arguments: str) -> Filters:
    asked = {"since": "2026-11-01", "until": "2026-11-20", **arguments}
    return filters_from(asked, now=NOW, timezone="Europe/Paris", locales=("fr", "en"))


def seen(**arguments: str) -> Overview:
    return overview(filters(**arguments), NOW)


def value(name: str, **arguments: str) -> float | None:
    return seen(**arguments).figures[name].value


def attempt(who: Visitor, moment: datetime = START, **facts: Any) -> ContactAttempt:
    """Let somebody open the request form."""
    visit = Visit(
        visitor=who.id,
        number=100 + db.session.query(Visit).count(),
        locale="en",
        started_at=moment,
        last_seen_at=moment,
        settled_at=moment,
        is_bot=who.is_bot,
    )
    db.session.add(visit)
    db.session.flush()
    opened = ContactAttempt(
        visit_id=visit.id, visitor=who.id, locale="en", opened_at=moment, **facts
    )
    db.session.add(opened)
    db.session.commit()
    return opened


def request(who: Visitor | None, moment: datetime = START, **facts: Any) -> ContactRequest:
    """Let somebody send a request."""
    sent = ContactRequest(
        reference=f"R{db.session.query(ContactRequest).count()}",
        visitor=who.id if who else "",
        locale="en",
        subject="Help",
        message="Please",
        created_at=moment,
        **facts,
    )
    db.session.add(sent)
    db.session.commit()
    return sent


def answer(survey: Survey, score: int | None, moment: datetime = START) -> None:
    """Ask somebody how satisfied they are."""
    db.session.add(
        SurveyResponse(
            survey=survey,
            after=After.ARTICLE,
            visitor=ALICE.id,
            locale="en",
            asked_at=moment,
            answered_at=moment if score is not None else None,
            score=score,
        )
    )
    db.session.commit()


@pytest.mark.usefixtures("any_app")
def test_an_empty_site_has_figures_without_values() -> None:
    found = seen()
    assert found.figures["visits"].value == 0
    for name in ("answered", "deflection_upper", "self_service", "csat", "nps", "response_median"):
        assert found.figures[name].value is None, name


@pytest.mark.usefixtures("any_app")
def test_people_are_counted_and_robots_and_staff_apart() -> None:
    lamp = factories.article("Reset a lamp")
    for who in (ALICE, BOB, ROBOT, WRITER):
        search(who, "lamp", lamp)
        read(who, lamp, seconds=30, query="lamp", moment=at(5))
    search(ALICE, "again", lamp, moment=at(days=1))
    found = seen()
    assert found.figures["visits"].counts == {"visits": 3, "bots": 1, "staff": 1}
    assert found.figures["visitors"].value == 2
    assert found.figures["answered"].counts == {"answered": 2, "searches": 3}
    assert found.outcomes[Outcome.NO_CLICK] == 1


@pytest.mark.usefixtures("any_app")
def test_filters_leave_what_concerns_the_articles_asked_for() -> None:
    lamps, sound = factories.category("lamps"), factories.category("sound")
    bulbs = factories.category("bulbs", parent=lamps)
    lamp = factories.article("Reset a lamp", category=bulbs)
    speaker = factories.article("Pair a speaker", category=sound)
    search(ALICE, "lamp", lamp)
    read(BOB, lamp, seconds=30)
    search(CAROL, "speaker", speaker)
    assert value("visitors") == 3
    assert value("visitors", category="lamps") == 2
    assert value("searches", category="lamps") == 1
    assert value("visits", category="sound") == 1
    assert value("visits", category="nothing") == 0
    assert value("visits", language="fr") == 0
    assert [(each.key, each.visitors) for each in seen().topics] == [("lamps", 2), ("sound", 1)]


@pytest.mark.usefixtures("any_app")
def test_deflection_is_a_range_with_deductions() -> None:
    attempt(ALICE, answered_at=START)
    attempt(BOB, first_opened_at=START)
    attempt(CAROL)
    attempt(Visitor("f" * 32))
    attempt(ROBOT, answered_at=START)
    request(CAROL, at(days=1))
    attempt(ALICE, at(days=17, minutes=60))
    found = seen().figures
    assert [
        found[f"deflection_{each}"].counts[each] for each in ("confirmed", "implicit", "upper")
    ] == [
        1,
        2,
        3,
    ]
    assert found["deflection_upper"].counts["base"] == 4
    assert found["deflection_upper"].counts["pending"] == 1
    assert (found["cost_avoided"].value, found["cost_avoided"].upper) == (8, 24)


@pytest.mark.usefixtures("any_app")
def test_a_request_after_the_period_still_deducts() -> None:
    attempt(ALICE, datetime(2026, 11, 10, 22, tzinfo=UTC), answered_at=None)
    request(ALICE, datetime(2026, 11, 12, tzinfo=UTC))
    found = overview(filters(until="2026-11-10"), NOW).figures["deflection_upper"]
    assert (found.counts["upper"], found.counts["base"]) == (0, 1)


@pytest.mark.usefixtures("any_app")
def test_open_requests_have_no_time_and_are_counted_apart() -> None:
    for hours in (1, 2, 3):
        request(ALICE, answered_at=START + timedelta(hours=hours))
    request(BOB)
    request(None, is_bot=True)
    found = seen().figures["response_median"]
    assert found.value == 2 * 3600
    assert found.counts == {"done": 3, "open": 1}
    assert seen().figures["requests"].value == 4


@pytest.mark.usefixtures("any_app")
def test_satisfaction_counts_answers_and_says_who_answered() -> None:
    for score in (5, 4, 2, None):
        answer(Survey.CSAT, score)
    for score in (10, 9, 3, None, None):
        answer(Survey.NPS, score)
    found = seen().figures
    assert found["csat"].counts["positive"] == 2
    assert found["csat_response"].counts == {"answers": 3, "asked": 4}
    assert found["nps"].value == pytest.approx(100 / 3)
    assert found["nps_response"].counts == {"answers": 3, "asked": 5}


@pytest.mark.usefixtures("any_app")
def test_helpfulness_leaves_out_robots_and_shows_them_beside() -> None:
    lamp = factories.article("Reset a lamp")
    vote(ALICE, lamp, helpful=True)
    vote(ROBOT, lamp, helpful=False)
    found = seen().figures["helpfulness"].counts
    assert found == {"helpful": 1, "votes": 1, "raw_helpful": 1, "raw_votes": 2}


@pytest.mark.usefixtures("app")
def test_self_service_is_visitors_for_each_who_sent_a_request() -> None:
    lamp = factories.article("Reset a lamp")
    for who in (ALICE, BOB, CAROL):
        search(who, "lamp", lamp)
    request(ALICE)
    request(ALICE, at(days=1))
    request(None)
    found = seen().figures["self_service"]
    assert found.counts == {"visitors": 3, "senders": 2}
    assert found.value == 1.5


@pytest.mark.usefixtures("app")
def test_steps_add_up_to_the_figures() -> None:
    lamp = factories.article("Reset a lamp")
    for day in range(5):
        search(ALICE, "lamp", lamp, moment=at(days=day))
    request(BOB, at(days=2))
    found = seen()
    assert sum(each.visits for each in found.line) == found.figures["visits"].value
    assert sum(each.searches for each in found.line) == found.figures["searches"].value
    assert sum(each.requests for each in found.line) == found.figures["requests"].value


@pytest.mark.usefixtures("app")
def test_a_period_that_was_not_recorded_whole_is_compared_with_nothing() -> None:
    search(ALICE, "lamp", factories.article("Reset a lamp"))
    found = seen()
    assert found.figures["visits"].previous is None
    assert found.recorded_since == START.date()
    search(ALICE, "lamp", moment=at(days=-60), weak=True)
    assert seen().figures["visits"].previous == 0


@pytest.mark.usefixtures("app")
def test_simulated_visitors_are_called_so() -> None:
    search(ALICE, "lamp", factories.article("Reset a lamp"))
    assert not seen().report.simulated
    db.session.execute(update(Visit).values(simulated=True, settled_at=None))
    db.session.commit()
    assert seen().report.simulated


@pytest.fixture
def lead(sign_in) -> FlaskClient:  # type: ignore[no-untyped-def]
    signed_in: FlaskClient = sign_in(RoleName.LEAD)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


@pytest.fixture
def _lively(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site with something of everything; the command runs on the same."""
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    monkeypatch.setenv("KB_INDEXER", "off")
    monkeypatch.setenv("KB_COST_PER_REQUEST", "8")
    lamp = factories.article("Reset a lamp", category=factories.category("lamps"))
    for number in range(40):
        who = Visitor(f"{number:032x}")
        search(who, "lamp", lamp, moment=at(minutes=number))
        if number % 4:
            read(who, lamp, seconds=30, query="lamp", moment=at(5, minutes=number))
    attempt(ALICE, answered_at=START)
    request(BOB, answered_at=at(days=1))
    answer(Survey.CSAT, 5)


PERIOD = {"since": "2026-11-01", "until": "2026-11-20"}
EVERY_FILTER = [{}, {"language": "en"}, {"category": "lamps", "kind": "faq"}]


@pytest.mark.usefixtures("_lively")
@pytest.mark.parametrize("more", EVERY_FILTER)
def test_page_files_and_command_tell_the_same(lead: FlaskClient, more: dict[str, str]) -> None:
    asked = {**PERIOD, **more}
    data = lead.get("/studio/reports/overview.json", query_string=asked).get_json()
    text = lead.get("/studio/reports/overview.csv", query_string=asked).get_data(as_text=True)
    rows = {row["figure"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    options = [part for name, value in asked.items() for part in (f"--{name}", value)]
    ran = CliRunner().invoke(command, ["overview", *options, "--json"], catch_exceptions=False)
    assert json.loads(ran.stdout)["figures"] == data["figures"]
    for name, figure in data["figures"].items():
        shown = rows[name]["value"]
        assert shown == ("" if figure["value"] is None else str(figure["value"])), name
    page = lead.get("/studio/reports", query_string=asked).text
    assert f"{data['figures']['answered']['value']:.0%}" in page


@pytest.mark.usefixtures("_lively")
def test_a_lead_sees_sentences_figures_and_drawings(lead: FlaskClient) -> None:
    answer = lead.get("/studio/reports", query_string=PERIOD)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "75% of searches found an answer (30 of 40)" in answer.text
    assert answer.text.count("<svg") >= 3
    assert "style=" not in answer.text
    assert "Wilson" in answer.text


@pytest.mark.usefixtures("_lively")
def test_links_between_reports_keep_the_filters(lead: FlaskClient) -> None:
    page = lead.get("/studio/reports", query_string={**PERIOD, "language": "en"}).text
    assert "/studio/reports/gaps?since=2026-11-01&amp;until=2026-11-20&amp;language=en" in page


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("since", "field"), [("soon", "since"), ("2999-01-01", "since")])
def test_dates_that_make_no_period_are_explained_beside_the_field(
    lead: FlaskClient, since: str, field: str
) -> None:
    answer = lead.get("/studio/reports", query_string={"since": since, "language": "fr"})
    assert answer.status_code == 400
    assert f'aria-describedby="{field}-error"' in answer.text
    assert f'value="{since}"' in answer.text
    assert '<option value="fr" selected>' in answer.text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("address", ["nothing.csv", "nothing.json", "overview.csv?table=nothing"])
def test_a_report_or_table_that_is_not_there_is_not_found(lead: FlaskClient, address: str) -> None:
    assert lead.get(f"/studio/reports/{address}").status_code == 404


@pytest.mark.usefixtures("app")
def test_every_registered_report_can_be_downloaded(lead: FlaskClient) -> None:
    assert "overview" in registry.names()
    for name in registry.names():
        for form in ("csv", "json"):
            answer = lead.get(f"/studio/reports/{name}.{form}")
            assert answer.status_code == 200, name
            assert answer.headers["Cache-Control"] == "private, no-store", name


@pytest.mark.usefixtures("_lively")
def test_the_command_says_which_reports_and_tables_there_are() -> None:
    ran = CliRunner().invoke(command, ["nothing"])
    assert ran.exit_code == 2
    assert "overview" in ran.output
    ran = CliRunner().invoke(command, ["overview", "--csv", "--table", "nothing"])
    assert ran.exit_code == 2
    assert "topics" in ran.output


@pytest.mark.usefixtures("_lively")
def test_the_command_prints_figures_in_words_and_recomputes() -> None:
    options = [part for name, value in PERIOD.items() for part in (f"--{name}", value)]
    ran = CliRunner().invoke(command, ["overview", *options, "--recompute"], catch_exceptions=False)
    assert "Answered searches" in ran.stdout
    assert "days added up anew" in ran.stderr


@pytest.mark.usefixtures("_lively")
def test_the_command_refuses_a_filter_that_means_nothing() -> None:
    ran = CliRunner().invoke(command, ["overview", "--language", "xx"])
    assert ran.exit_code == 2
    assert "xx" in ran.output
