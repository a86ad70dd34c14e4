"""Claims about what other programs hear of, in the transaction of its cause, and how it is signed."""

from datetime import timedelta

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import func, select

from articles.models import Publication, Translation
from articles.publishing import (
    Words,
    archive,
    change_slug,
    commit_changes,
    publish,
    restore,
    schedule,
    write_revision,
)
from articles.studio.publishing.arrivals import tell
from feedback.gaps.models import Act, Gap, GapNote
from feedback.requests.models import Author, ContactRequest
from feedback.requests.opening import Opening, open_request
from feedback.requests.resolving import resolve
from feedback.requests.thread import NewMessage, add_message
from feedback.visitors import Visitor
from feedback.voting import record_details, record_vote
from kb.db import db, utc_now
from kb.deliveries.models import Delivery
from kb.deliveries.sending import deliver_due
from kb.webhooks import endpoints
from kb.webhooks.endpoints import Wanted, WrongEndpoint, add, renew_secret, secrets_of, send_test
from kb.webhooks.events import EVENTS, announce
from kb.webhooks.models import WebhookEndpoint
from kb.webhooks.signatures import BadSignature, verify
from tests import factories
from tests.feedback.addressed import with_an_address
from tests.listening import Program

__all__ = ["with_an_address"]
LIMIT = parse("30 per hour")


def heard(program: Program) -> list[str]:
    """Deliver, and return the events that the program has heard of."""
    deliver_due()
    return [each["type"] for each in program.bodies()]


def endpoint() -> WebhookEndpoint:
    return db.session.scalars(select(WebhookEndpoint)).one()


def letter(**more: object) -> ContactRequest:
    asked = {
        "subject": "The lamp flickers",
        "message": "Since Monday.",
        "email": "bob@example.org",
        "locale": "en",
        **more,
    }
    request = open_request(db.session(), Opening(**asked))  # type: ignore[arg-type]
    db.session.commit()
    return request


def test_a_message_is_signed_and_tells_what_it_is(app: Flask, program: Program) -> None:
    factories.article("Reset a lamp", slug="reset")
    deliver_due()
    (sent,) = program.heard
    assert sent.path == "/hook"
    verify([program.secret], sent.headers, sent.body, utc_now())
    said = sent.json
    assert (said["version"], said["type"]) == (1, "article.published")
    assert said["id"] == sent.headers["webhook-id"]
    assert said["data"]["url"] == "https://help.clairson.example/en/articles/reset"
    assert said["data"]["title"] == "Reset a lamp"


def test_the_life_of_an_article_is_heard(app: Flask, program: Program) -> None:
    text = factories.article()
    publish(text, write_revision(text, Words("Reset the lamp", "Press.")))
    commit_changes()
    archive(text)
    commit_changes()
    restore(text)
    commit_changes()
    assert heard(program) == [
        "article.published",
        "article.updated",
        "article.archived",
        "article.published",
    ]
    assert program.bodies()[1]["data"]["revision"] == 2


def test_a_draft_is_nobodys_news(app: Flask, program: Program) -> None:
    factories.article(draft=True)
    assert heard(program) == []


def test_how_a_public_article_is_filed_is_heard_once_and_as_it_is_in_the_end(
    app: Flask, program: Program
) -> None:
    text = factories.article("Reset a lamp", slug="reset")
    article = text.article
    article.category = factories.category("lamps")
    article.tags = ["light"]
    db.session.flush()
    article.tags = ["light", "lamp"]
    change_slug(text, "lamp")
    commit_changes()
    factories.article(draft=True).article.owner = "camille"
    commit_changes()
    assert heard(program) == ["article.published", "article.filed"]
    said = program.bodies()[1]["data"]
    assert (said["key"], said["category"], said["tags"]) == (
        article.key,
        "lamps",
        ["light", "lamp"],
    )
    assert said["translations"][0]["url"].endswith("/en/articles/lamp")


def test_what_was_planned_is_heard_when_it_comes(app: Flask, program: Program) -> None:
    text = factories.article(draft=True)
    revision = write_revision(text, Words("Later", "Soon."))
    schedule(text, revision, at=utc_now() + timedelta(hours=1))
    commit_changes()
    assert heard(program) == []
    _hours_pass(text)
    tell()
    assert heard(program) == ["article.published"]
    tell()
    assert heard(program) == ["article.published"], "once"


def _hours_pass(text: Translation) -> None:
    at = utc_now() - timedelta(minutes=1)
    text.published_at = at
    for row in db.session.scalars(select(Publication).where(Publication.translation_id == text.id)):
        row.at = at
    commit_changes()


def test_the_course_of_a_request_is_heard_without_notes(app: Flask, program: Program) -> None:
    request = letter()
    add_message(db.session(), request, NewMessage(Author.STAFF, "Between us.", is_note=True))
    add_message(db.session(), request, NewMessage(Author.STAFF, "Turn it."))
    resolve(request)
    db.session.commit()
    add_message(db.session(), request, NewMessage(Author.CUSTOMER, "No."))
    db.session.commit()
    assert heard(program) == [
        "request.opened",
        "request.answered",
        "request.message",
        "request.resolved",
        "request.reopened",
        "request.message",
    ]
    assert all("Between us" not in str(each) for each in program.bodies())
    first = program.bodies()[0]["data"]
    assert first["reference"] == request.reference
    assert first["customer"]["email"] == "bob@example.org"


def test_what_a_robot_writes_is_nobodys_news(app: Flask, program: Program) -> None:
    letter(is_bot=True)
    assert heard(program) == []


def test_the_course_of_a_gap_is_heard(app: Flask, program: Program) -> None:
    gap = Gap(
        name="dim the lamp",
        locale="en",
        first_seen=utc_now(),
        last_seen=utc_now(),
        figures={"visitors": 7},
    )
    db.session.add(gap)
    db.session.commit()
    for act in (Act.ASSIGNED, Act.DISMISSED, Act.CAME_BACK, Act.PUBLISHED):
        db.session.add(GapNote(gap_id=gap.id, what=act))
    db.session.commit()
    assert heard(program) == ["gap.opened", "gap.dismissed", "gap.reopened", "gap.answered"]
    assert program.bodies()[0]["data"]["question"] == "dim the lamp"
    assert program.bodies()[0]["data"]["visitors"] == 7


def test_a_vote_and_its_reason_are_heard_and_never_who_voted(app: Flask, program: Program) -> None:
    text = factories.article()
    visitor = Visitor("a" * 32)
    kept = record_vote(visitor, text, helpful=False, limit=LIMIT)
    record_details(visitor, kept.vote_id, kept.version, reason=None, comment="Too long.")
    assert heard(program)[1:] == ["vote.recorded", "vote.recorded"]
    first, last = (each["data"] for each in program.bodies()[1:])
    assert (last["helpful"], last["comment"]) == (False, "Too long.")
    assert first["vote_id"] == last["vote_id"]
    assert (first["is_changed"], last["is_changed"]) == (False, True)
    assert first["version"] < last["version"]
    assert "a" * 32 not in str(program.bodies())


def test_what_is_rolled_back_was_never_told(app: Flask, program: Program) -> None:
    open_request(db.session(), Opening("A", "B", "bob@example.org", "en"))
    db.session.flush()
    db.session.rollback()
    assert heard(program) == []


def test_an_endpoint_hears_of_what_it_asked_for_alone(app: Flask, program: Program) -> None:
    endpoints.change(endpoint(), Wanted(program.url, events=("request.opened",)))
    factories.article()
    letter()
    assert heard(program) == ["request.opened"]


def test_nobody_listening_costs_no_row(app: Flask) -> None:
    factories.article()
    letter()
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_every_endpoint_hears_of_one_event_under_one_id(any_app: Flask) -> None:
    for number in range(3):
        add(Wanted(f"https://one{number}.example/"))
    assert announce("article.published", {"x": 1}) == 3
    db.session.commit()
    rows = db.session.scalars(select(Delivery)).all()
    assert len({each.event_id for each in rows}) == 1
    assert len({each.target_id for each in rows}) == 3


def test_an_event_that_nobody_knows_is_a_mistake(app: Flask) -> None:
    with pytest.raises(KeyError):
        announce("article.eaten", {})


def test_a_new_secret_signs_beside_the_one_before_for_a_day(app: Flask, program: Program) -> None:
    new = renew_secret(endpoint())
    send_test(endpoint())
    deliver_due()
    (sent,) = program.heard
    assert len(sent.headers["webhook-signature"].split()) == 2
    for each in (new, program.secret):
        verify([each], sent.headers, sent.body, utc_now())
    later = utc_now() + timedelta(days=1, minutes=1)
    assert secrets_of(endpoint(), later) == [new]
    with pytest.raises(BadSignature):
        verify(["whsec_" + "A" * 32], sent.headers, sent.body, utc_now())


def test_a_secret_is_kept_encrypted(app: Flask, program: Program) -> None:
    assert program.secret not in endpoint().sealed_secret


def test_an_endpoint_that_is_removed_hears_nothing_more(app: Flask, program: Program) -> None:
    letter()
    endpoints.remove(endpoint())
    letter(subject="Another")
    assert heard(program) == []


@pytest.mark.parametrize("address", ["http://crm.example/", "https://a b/", "ftp://x.example/", ""])
def test_an_address_that_cannot_be_reached_safely_is_refused(app: Flask, address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        add(Wanted(address))


def test_an_unknown_event_is_refused_and_all_of_them_mean_those_to_come_too(app: Flask) -> None:
    with pytest.raises(WrongEndpoint):
        add(Wanted("https://crm.example/", events=("article.eaten",)))
    everything, _secret = add(Wanted("https://crm.example/", events=tuple(EVENTS)))
    assert everything.events == []
