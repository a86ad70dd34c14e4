"""Channels and topics as a lead sets them up."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.channels.models import ContactChannel, Topic, TopicField
from feedback.channels.offers import state
from feedback.channels.topics import FieldKind, answers_in_words, topic, topics
from feedback.requests.models import Way
from kb.accounts.models import RoleName
from kb.audit.models import AuditEntry
from kb.db import db
from tests.feedback.channels import cast

SignIn = Callable[[RoleName | None], FlaskClient]
PHONE = {
    "target": "04 11 22 33 44",
    "name-fr": "Ligne directe",
    "when": "hours",
    "day-0": "9-12:30, 14:00–18:00",
    "day-5": "22:00–2:00",
    "country": "FR",
    "part": "Moselle",
    "lines": "2",
    "on-0": "2026-12-24",
    "open-0": "9:00–14:00",
    "why-0-fr": "Veille de Noël",
    "stated": "5",
    "unit": "minutes",
    "active": "yes",
    "locales": "fr",
}


@pytest.fixture
def lead(sign_in: SignIn) -> FlaskClient:
    """Somebody who sets up channels."""
    client = sign_in(RoleName.LEAD)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_countries_stand_where_a_reader_of_the_language_looks_for_them(lead: FlaskClient) -> None:
    lead.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    page = lead.get("/studio/channels/new/phone").text
    places = [
        page.index(f">{name}<") for name in ("Bénin", "Bermudes", "Égypte", "Équateur", "France")
    ]
    assert places == sorted(places)


def test_a_telephone_is_kept_as_its_form_says(lead: FlaskClient) -> None:
    before = state()
    answer = lead.post("/studio/channels/new/phone", data=PHONE)
    assert answer.status_code == 303, answer.text
    kept = db.session.scalars(select(ContactChannel)).one()
    assert (kept.way, kept.target, kept.holidays_of) == (Way.PHONE, "+33411223344", "FR-57")
    assert kept.hours[0] == [["09:00", "12:30"], ["14:00", "18:00"]]
    assert kept.hours[5] == [["22:00", "02:00"]]
    assert kept.hours[6] == []
    assert kept.exceptions == [
        {"date": "2026-12-24", "stretches": [["09:00", "14:00"]], "why": {"fr": "Veille de Noël"}}
    ]
    assert (kept.stated_minutes, kept.locales, kept.timezone) == (5, ["fr"], "")
    assert state() != before  # finished pages are made anew
    acts = db.session.scalars(select(AuditEntry.act)).all()
    assert "channel.added" in acts
    again = lead.get(f"/studio/channels/{kept.id}").text
    assert "22:00–02:00" in again
    saved = lead.post(f"/studio/channels/{kept.id}", data={**PHONE, "target": kept.target})
    assert saved.status_code == 303


WRONG = (
    ("target", "call us", "This is not a telephone number."),
    ("day-0", "nine to five", "could not be read"),
    ("day-0", "9–12, 11–13", "overlap"),
    ("timezone", "Paris", "is not a time zone"),
    ("part", "Bavaria", "one of:"),
    ("on-1", "24/12/2026", "is not a date"),
    ("on-1", "2026-12-24", "stands above already"),
    ("stated", "soon", "Write a number"),
    ("note-en", "x" * 301, "300 characters at most"),
)


def test_what_is_not_right_is_said_and_nothing_is_lost(lead: FlaskClient) -> None:
    for field, typed, said in WRONG:
        answer = lead.post("/studio/channels/new/phone", data={**PHONE, field: typed})
        assert answer.status_code == 422, field
        assert said in answer.text
        assert typed in answer.text
        assert "Ligne directe" in answer.text
        assert f'aria-describedby="{field}-error' in answer.text
    assert db.session.scalars(select(ContactChannel)).all() == []


def test_the_hours_of_monday_are_copied_without_being_kept(lead: FlaskClient) -> None:
    page = lead.post("/studio/channels/new/phone", data={**PHONE, "act": "copy-week"}).text
    assert page.count("9-12:30, 14:00–18:00") == 5
    assert db.session.scalars(select(ContactChannel)).all() == []


def test_a_channel_moves_and_comes_back_after_it_was_removed(lead: FlaskClient) -> None:
    first, second = cast.telephone(), cast.channel(Way.POST, "Clairson")
    lead.post(f"/studio/channels/{second.id}/move", data={"step": "up"})
    assert _order() == [Way.POST, Way.PHONE]
    lead.post(f"/studio/channels/{first.id}/move", data={"beside": second.id, "where": "before"})
    assert _order() == [Way.PHONE, Way.POST]
    page = lead.post(f"/studio/channels/{first.id}/remove", follow_redirects=True).text
    assert _order() == [Way.POST]
    undo = page.split('action="/studio/acts/')[1].split('"')[0]
    lead.post(f"/studio/acts/{undo}")
    db.session.expire_all()
    assert _order() == [Way.PHONE, Way.POST]
    brought_back = db.session.scalars(select(ContactChannel).order_by("position")).first()
    assert brought_back is not None
    assert (brought_back.target, brought_back.hours) == ("+33411223344", cast.OFFICE)


def _order() -> list[Way]:
    db.session.expire_all()
    order = (ContactChannel.position, ContactChannel.id)
    return list(db.session.scalars(select(ContactChannel.way).order_by(*order)))


def test_a_lead_sees_christmas_before_christmas(lead: FlaskClient) -> None:
    cast.telephone(holidays_of="FR")
    page = lead.get("/studio/channels/preview?at=2026-12-25T10:00&language=fr").text
    assert "Noël" in page
    assert lead.get("/studio/channels/preview?at=tomorrow").status_code == 422


def test_only_administrators_put_a_vendors_html_on_the_site(sign_in: SignIn) -> None:
    form = {"snippet": "<script>x()</script>", "hosts": "chat.example", "active": "yes"}
    lead = sign_in(RoleName.LEAD)
    assert lead.post("/studio/channels/new/chat", data=form).status_code == 422  # no address
    page = {**form, "target": "https://chat.example/"}
    assert lead.post("/studio/channels/new/chat", data=page).status_code == 303
    kept = db.session.scalars(select(ContactChannel)).one()
    assert (kept.snippet, kept.snippet_hosts) == ("", [])
    admin = sign_in(RoleName.ADMIN)
    assert admin.post(f"/studio/channels/{kept.id}", data=form).status_code == 303
    db.session.expire_all()
    assert (kept.snippet, kept.snippet_hosts) == ("<script>x()</script>", ["chat.example"])
    lead.post(f"/studio/channels/{kept.id}", data={"target": "https://chat.example/"})
    db.session.expire_all()
    assert kept.snippet == "<script>x()</script>"  # who may not write it does not erase it either


# Topics


def test_a_topic_asks_what_its_fields_say(lead: FlaskClient) -> None:
    lead.post("/studio/topics/new", data={"name-en": "My order", "active": "yes"})
    made = db.session.scalars(select(Topic)).one()
    lead.post(
        f"/studio/topics/{made.id}/fields/new",
        data={
            "kind": "choice",
            "label-en": "Delivery",
            "label-fr": "Livraison",
            "required": "yes",
            "lines": "3",
            "option-0-en": "At home",
            "option-0-fr": "À domicile",
            "option-2-en": "In the shop",
        },
    )
    (asked,) = topics("fr")
    (field,) = asked.fields
    assert (asked.key, asked.name) == ("my-order", "My order")  # no French name yet
    assert (field.label, field.kind, field.is_required) == ("Livraison", FieldKind.CHOICE, True)
    assert field.options == (("a-domicile", "À domicile"), ("in-the-shop", "In the shop"))


def test_keys_stay_when_words_change(lead: FlaskClient) -> None:
    made = _topic()
    lead.post(f"/studio/topics/{made.id}", data={"name-en": "Purchases", "active": "yes"})
    field = made.fields[0]
    lead.post(
        f"/studio/topics/{made.id}/fields/{field.id}",
        data={
            "kind": "choice",
            "label-en": "How it came",
            "lines": "2",
            "key-0": "shop",
            "option-0-en": "From our shop",
            "option-1-en": "By a neighbour",
        },
    )
    db.session.expire_all()
    asked = topic(made.id, "en")
    assert asked is not None
    assert (asked.key, asked.name, asked.fields[0].key) == ("order", "Purchases", "delivery")
    assert [key for key, _ in asked.fields[0].options] == ["shop", "by-a-neighbour"]


def test_a_field_taken_away_still_names_the_answers_that_it_got(lead: FlaskClient) -> None:
    made = _topic()
    answers = {"delivery": "shop", "gift": True, "older": "something"}
    lead.post(f"/studio/topics/{made.id}/fields/{made.fields[0].id}/act", data={"act": "away"})
    db.session.expire_all()
    asked = topic(made.id, "en")
    assert asked is not None
    assert asked.fields == ()
    said = answers_in_words(made.id, answers, "en")
    assert said == [("Delivery", "In the shop"), ("gift", "Yes"), ("older", "something")]
    lead.post(f"/studio/topics/{made.id}/fields/{made.fields[0].id}/act", data={"act": "back"})
    db.session.expire_all()
    assert len(topics("en")[0].fields) == 1


def test_a_choice_without_options_is_not_kept(lead: FlaskClient) -> None:
    made = _topic()
    page = lead.post(
        f"/studio/topics/{made.id}/fields/new",
        data={"kind": "choice", "label-en": "Colour", "option-0-en": "Red", "lines": "3"},
    )
    assert page.status_code == 422
    assert "A choice has two options at least." in page.text
    assert 'value="Red"' in page.text


def test_a_topic_needs_a_name(lead: FlaskClient, app: Flask) -> None:
    assert lead.post("/studio/topics/new", data={"name-en": " "}).status_code == 422
    assert topics("en") == []


def _topic() -> Topic:
    options = [
        {"key": "home", "labels": {"en": "At home"}},
        {"key": "shop", "labels": {"en": "In the shop"}},
    ]
    field = TopicField(key="delivery", kind="choice", labels={"en": "Delivery"}, options=options)
    made = Topic(key="order", names={"en": "My order"}, fields=[field])
    db.session.add(made)
    db.session.commit()
    return made
