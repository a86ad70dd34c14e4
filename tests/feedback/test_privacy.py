"""Claims about what the site shows and erases of a person, on both databases."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from articles.models import Translation
from feedback.announcements.models import Subscription
from feedback.comments.models import CommentSource, CommentState, State
from feedback.contact.models import ContactAttempt
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import GapEvent
from feedback.mailbox import keeping
from feedback.mailbox.models import Became, IncomingMail
from feedback.models import ArticleRead, SearchIntent, Visit, Vote
from feedback.privacy.cli import privacy
from feedback.privacy.erasing import EventsWait, erase
from feedback.privacy.holdings import EVENTS, Person, holdings
from feedback.privacy.retention import keep_retention
from feedback.privacy.words import NOTHING
from feedback.recording import note_search
from feedback.reports import rollups
from feedback.reports.articles_numbers import numbers
from feedback.reports.periods import Period
from feedback.reports.rollup_models import VisitDay
from feedback.reports.searches_ever import asked_ever
from feedback.reports.searches_models import Wording
from feedback.requests.files.keeping import keep_file, path_of
from feedback.requests.models import Author, ContactRequest, RequestLink, RequestMessage
from feedback.spool.draining import Drained, drain
from feedback.spool.events import spool_of
from feedback.surveys.models import After, Survey, SurveyResponse
from feedback.visitors import COOKIE, Visitor, remember
from feedback.waiting.models import Waiting
from kb.api.models import ApiAnswer
from kb.customers.models import Customer
from kb.db import Base, db, utc_now
from kb.deliveries.models import Delivery
from kb.mail.models import OutgoingMail
from tests import factories
from tests.feedback.cast import ALICE, BOB, at, read, search, shown, vote

ANN = "Ann@mail.example"


@pytest.fixture
def story(any_app: Flask) -> None:
    """What Alice, who is Ann, and Bob did."""
    lamp = factories.article()
    for who in (ALICE, BOB):
        search(who, "lamp", lamp)
        read(who, lamp, seconds=30, moment=at(5))
        vote(who, lamp, helpful=True, moment=at(40))
    visits = {each.visitor: each.id for each in db.session.scalars(select(Visit))}
    for who, email in ((ALICE, ANN.lower()), (BOB, "bob@mail.example")):
        visit_id = visits[who.id]
        sent = ContactRequest(
            reference=f"R-{visit_id}", visit_id=visit_id, visitor=who.id, locale="en",
            subject="Lamp", message="It flickers", email=email, created_at=at(60),
        )  # fmt: skip
        db.session.add_all(
            [
                sent,
                ContactAttempt(visit_id=visit_id, visitor=who.id, locale="en", opened_at=at(50)),
                SurveyResponse(
                    survey=Survey.NPS, after=After.ARTICLE, visitor=who.id, visit_id=visit_id,
                    locale="en", asked_at=at(70), score=9,
                ),
                Waiting(query="dimmer", normalised="dimmer", locale="en", email=email),
                OutgoingMail(
                    message_id=f"<{visit_id}@x>", kind="copy", recipient=email, subject="s", text="t"
                ),
                OutgoingMail(
                    message_id=f"<{visit_id}@y>", kind="request", recipient="help@clairson.example",
                    reply_to=email, subject="s", text="It flickers",
                ),
            ]
        )  # fmt: skip
    db.session.commit()


def counts(person: Person) -> dict[str, int]:
    held = Counter[str]()
    for each in holdings(db.session(), person):
        held[each.table] += len(each.ids)
    return {table: count for table, count in held.items() if count}


BY_ADDRESS = {
    "visit": 1,
    "search_intent": 1,
    "article_read": 1,
    "vote": 1,
    "contact_attempt": 1,
    "contact_request": 1,
    "survey_response": 1,
    "waiting": 1,
    "outgoing_mail": 2,
}


@pytest.mark.usefixtures("story")
def test_an_address_finds_what_was_sent_and_the_visit_it_was_sent_in() -> None:
    assert counts(Person(email=ANN)) == BY_ADDRESS


@pytest.mark.usefixtures("story")
def test_a_visitor_finds_what_that_browser_did_but_no_addresses() -> None:
    mailless = {"waiting", "outgoing_mail"}
    expected = {table: count for table, count in BY_ADDRESS.items() if table not in mailless}
    assert counts(Person(visitor=ALICE.id)) == expected


@pytest.mark.usefixtures("any_app")
def test_nobody_is_not_everybody() -> None:
    search(ALICE, "lamp")
    assert counts(Person()) == {}


@pytest.mark.usefixtures("story")
def test_erasing_leaves_nothing_of_one_and_all_of_the_other() -> None:
    erase(Person(email=ANN))
    assert counts(Person(email=ANN)) == counts(Person(visitor=ALICE.id)) == {}
    assert counts(Person(email="bob@mail.example")) == BY_ADDRESS


def askers() -> list[int]:
    """Return how many visitors each wording ever had."""
    db.session.expire_all()
    return sorted(each.visitors for each in asked_ever().values())


@pytest.mark.usefixtures("story")
def test_the_sums_of_days_and_the_words_in_them_are_made_without_who_is_erased() -> None:
    search(ALICE, "the lamp of Ann Doe", moment=at(10))
    rollups.refresh()
    assert askers() == [1, 2]
    erase(Person(visitor=ALICE.id))
    assert [each.text for each in db.session.scalars(select(Wording))] == ["lamp"]
    assert askers() == [1]
    assert sum(db.session.scalars(select(VisitDay.visits))) == 1


@pytest.mark.usefixtures("story")
def test_later_days_of_a_browser_forget_that_it_had_been_there() -> None:
    lamp = db.session.scalars(select(Translation)).one()
    read(ALICE, lamp, seconds=9, moment=at(days=3))
    rollups.refresh()
    whole = Period(at(days=-1), at(days=5))
    assert (numbers(whole)[lamp.id].visits, numbers(whole)[lamp.id].readers) == (3, 2)
    erase(Person(email=ANN))  # the visit of the first day; what else the browser did stays
    assert (numbers(whole)[lamp.id].visits, numbers(whole)[lamp.id].readers) == (2, 2)


@pytest.mark.usefixtures("story")
def test_gaps_are_counted_without_who_is_erased() -> None:
    search(ALICE, "wrap it for Ann Doe", moment=at(10), weak=True, matched=0)
    for number in range(4):
        for query in ("gift wrapping", "wrap it for Ann Doe")[: 2 - number % 2]:
            who = Visitor(f"{number:032x}")
            search(who, query, moment=at(minutes=number), weak=True, matched=0)
    search(ALICE, "gift wrapping", moment=at(12), weak=True, matched=0)
    keep_gaps(now=at(days=2))
    of_alice = [each for each in db.session.scalars(select(GapEvent)) if each.visitor == ALICE.id]
    assert of_alice
    erase(Person(email=ANN))
    assert not {each.visitor for each in db.session.scalars(select(GapEvent))} & {ALICE.id}


def note(who: Visitor) -> None:
    note_search(who, query="lamp", locale="en", shown=shown())


def on_disk(app: Flask) -> bytes:
    return b"".join(path.read_bytes() for path in spool_of(app).folder.iterdir())


def test_what_waits_and_what_lies_aside_is_erased_too(app: Flask) -> None:
    note(ALICE)
    note(BOB)
    spool_of(app).put_aside(b'{"visitor":"' + ALICE.id.encode() + b'"')
    erase(Person(visitor=ALICE.id))
    assert counts(Person(visitor=ALICE.id)) == {}
    assert ALICE.id.encode() not in on_disk(app)
    assert BOB.id.encode() in on_disk(app)
    note(ALICE)  # the process goes on writing to the same segment
    assert drain().entered == 1


def test_while_events_wait_nothing_is_erased(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    note(ALICE)
    drain()
    monkeypatch.setattr("feedback.privacy.erasing.drain", lambda **_options: Drained())
    with pytest.raises(EventsWait):
        erase(Person(visitor=ALICE.id))
    assert counts(Person(visitor=ALICE.id)) == {"visit": 1, "search_intent": 1}


def test_every_table_that_knows_visitors_or_addresses_is_looked_at(any_app: Flask) -> None:
    """Or is listed here with the reason why not."""
    apart = {
        "user": "the studio's own people, who are removed with `kb user`",
        "digest_subscription": "a lead's, who unsubscribes",
        "sent_digest": "a lead's",
        "report_audience_day": "added up anew on the days that erasing touches",
        "audit_entry": "the acts of the studio's own people",
        "gap_note": "what was done about a question, by the studio's own people",
        "request_presence": "which colleague has a request open; goes with it",
        "widget_site": "the origin of a site, not of a person",
        "widget_rule": "the same",
    }
    telling = {
        "visitor", "visit_id", "email", "recipient", "reply_to", "origin", "customer_id",
        "request_id", "sender", "thing_id",
    }  # fmt: skip
    known = {each.table for each in holdings(db.session(), Person())}
    found = {
        str(mapper.local_table.name)
        for mapper in Base.registry.mappers
        if telling & {column.key for column in inspect(mapper.class_).columns}
    }
    assert found - known - set(apart) == set()


def test_a_customer_is_erased_with_their_visits_threads_and_files(any_app: Flask) -> None:
    customer = Customer(reference="42", email=ANN.lower(), name="Ann")
    other = Customer(reference="43", name="Bob")
    db.session.add_all([customer, other])
    db.session.commit()
    search(Visitor("9" * 32, customer_id=customer.id), "lamp")
    search(Visitor("8" * 32, customer_id=other.id), "lamp")
    sent = ContactRequest(
        reference="R-9", locale="en", subject="Lamp", message="It flickers", email="ann@work.example",
        customer_id=customer.id,
    )  # fmt: skip
    db.session.add(sent)
    db.session.flush()
    kept = keep_file(db.session(), b"a bill", "bill.txt", request_id=sent.id)
    raw = keeping.keep(b"From: ann@mail.example", "a" * 64)
    db.session.add_all(
        [
            RequestMessage(request_id=sent.id, author=Author.STAFF, text="Is it still?"),
            RequestLink(request_id=sent.id, digest="d", expires_at=utc_now()),
            IncomingMail(message_id="<1@x>", sender=ANN, became=Became.HELD, raw=raw),
            Subscription(email=ANN, locale="en"),
            ApiAnswer(caller="key:1", key="k", digest="d", status=201, body='{"reference": "R-9"}'),
            ApiAnswer(caller="key:1", key="l", digest="d", status=201, body='{"reference": "R-8"}'),
            Delivery(
                kind="webhook", target_id=1, event_id="e", event="request.opened",
                payload={"email": ANN}, thing="request", thing_id=sent.id,
            ),
        ]
    )  # fmt: skip
    db.session.commit()
    path, held = path_of(kept.key), Person(customer_id=customer.id, email=customer.email)
    assert path.exists()
    assert counts(held) == {
        "customer": 1, "visit": 1, "search_intent": 1, "contact_request": 1, "request_message": 1,
        "request_link": 1, "request_file": 1, "incoming_mail": 1, "subscription": 1, "delivery": 1,
        "api_answer": 1,
    }  # fmt: skip
    erase(held)
    assert counts(held) == {}
    assert not path.exists()
    assert keeping.read(raw) is None
    assert [each.reference for each in db.session.scalars(select(Customer))] == ["43"]
    assert counts(Person(customer_id=other.id)) == {"customer": 1, "visit": 1, "search_intent": 1}


# The command


def run(app: Flask, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    from click.testing import CliRunner

    monkeypatch.setattr("feedback.privacy.cli._app", lambda: app)
    answer = CliRunner().invoke(privacy, arguments, catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


@pytest.mark.usefixtures("story")
def test_export_prints_everything_as_json(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    held = json.loads(run(any_app, monkeypatch, "export", "--email", ANN))
    assert held["contact_request"][0]["message"] == "It flickers"
    assert held["search_intent"][0]["query"] == "lamp"


@pytest.mark.usefixtures("story")
def test_erase_only_says_what_it_would_do_until_it_is_told_yes(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Nothing was erased" in run(any_app, monkeypatch, "erase", "--email", ANN)
    assert counts(Person(email=ANN)) == BY_ADDRESS
    said = run(any_app, monkeypatch, "erase", "--email", ANN, "--yes")
    assert "vote: 1" in said
    db.session.rollback()
    assert counts(Person(email=ANN)) == {}


def test_a_visitor_may_be_named_by_the_cookie(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import Response, request

    with any_app.test_request_context("/"):
        response = Response()
        remember(response, ALICE, request)
    cookie = response.headers["Set-Cookie"].removeprefix(f"{COOKIE}=").split(";")[0]
    search(ALICE, "lamp")
    held = json.loads(run(any_app, monkeypatch, "export", "--visitor", cookie))
    assert [each["visitor"] for each in held["visit"]] == [ALICE.id]


@pytest.mark.usefixtures("story")
def test_all_events_leave_as_lines(
    any_app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl"
    run(any_app, monkeypatch, "export", "--all", str(file))
    tables = Counter(json.loads(line)["table"] for line in file.read_text().splitlines())
    assert tables == {str(model.__tablename__): 2 for model in EVENTS}


# Retention


def remaining(model: type[Base]) -> int:
    return len(db.session.scalars(select(model)).all())


@pytest.mark.usefixtures("story")
def test_events_go_when_their_time_is_over_and_requests_later() -> None:
    keep_retention(at(days=732))
    left = [remaining(each) for each in (Visit, SearchIntent, ArticleRead, ContactAttempt)]
    assert left == [0, 0, 0, 0]
    assert [remaining(each) for each in (ContactRequest, Vote, SurveyResponse)] == [2, 2, 2]
    keep_retention(at(days=1097))
    assert remaining(ContactRequest) == 0


@pytest.mark.usefixtures("story")
def test_a_vote_outlives_its_voter_s_name() -> None:
    keep_retention(at(days=732))
    db.session.expire_all()
    kept = db.session.scalars(select(Vote)).all()
    assert {each.visitor for each in kept}.isdisjoint({ALICE.id, BOB.id})
    assert {(each.helpful, each.query, each.visit_id) for each in kept} == {(True, "", None)}


@pytest.mark.usefixtures("story")
def test_a_score_outlives_the_name_and_the_words_of_who_gave_it() -> None:
    answer = db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)).first()
    assert answer is not None
    answer.comment = "Call me Ann"
    db.session.add(
        CommentState(source=CommentSource.SURVEY, source_id=answer.id, state=State.READ, by="Lea")
    )
    db.session.commit()
    keep_retention(at(days=732))
    db.session.expire_all()
    kept = db.session.scalars(select(SurveyResponse)).all()
    assert {each.visitor for each in kept}.isdisjoint({ALICE.id, BOB.id})
    assert {(each.score, each.comment, each.visit_id) for each in kept} == {(9, "", None)}
    assert remaining(CommentState) == 0


@pytest.mark.usefixtures("story")
def test_words_of_one_visitor_alone_go_with_their_search_and_the_numbers_stay() -> None:
    search(ALICE, "the lamp of Ann Doe", moment=at(10))
    rollups.refresh()
    before = askers()
    keep_retention(at(days=732))
    db.session.expire_all()
    assert {each.text for each in db.session.scalars(select(Wording))} == {"lamp", NOTHING}
    assert askers() == before == [1, 2]


@pytest.mark.usefixtures("story")
def test_what_is_young_stays_and_erasing_again_finds_nothing() -> None:
    search(Visitor("9" * 32), "bulb", moment=at(days=600))
    assert keep_retention(at(days=732)) > 0
    assert keep_retention(at(days=732)) == 0
    assert remaining(SearchIntent) == 1


@pytest.mark.usefixtures("story")
def test_nothing_goes_before_its_time() -> None:
    assert keep_retention(utc_now() + timedelta(days=1)) == 0
    assert remaining(Visit) == 2
