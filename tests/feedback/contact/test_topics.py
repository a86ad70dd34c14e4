"""Claims about topics in the form, known customers, and what the confirmation promises."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.announcements.models import Scope
from feedback.channels.models import ContactChannel, Topic, TopicField
from feedback.requests.models import ContactRequest, Way
from kb.customers import present
from kb.customers.models import Customer
from kb.db import db, utc_now
from tests import factories
from tests.feedback.announcements.test_showing import announce
from tests.feedback.browsers import BROWSER, BY_FORM
from tests.feedback.contact.test_views import CONTACT, LETTER, kept, only, send


@pytest.fixture
def orders(app: Flask) -> Topic:
    made = Topic(key="orders", names={"en": "Orders", "fr": "Commandes"})
    options = [{"key": key, "labels": {"en": key.title()}} for key in ("post", "van")]
    made.fields = [
        TopicField(key="number", kind="number", labels={"en": "Order number"}, is_required=True),
        TopicField(key="by", kind="choice", labels={"en": "Sent by"}, options=options),
        TopicField(key="opened", kind="yes-no", labels={"en": "Opened?"}, position=2),
    ]
    db.session.add(made)
    db.session.commit()
    return made


def test_without_scripts_what_a_topic_asks_is_shown_before_anything_is_wrong(
    client: FlaskClient, orders: Topic
) -> None:
    page = send(client, topic=str(orders.id))
    assert page.status_code == 200
    assert 'name="asked" value="' in page.text
    assert "a few questions about “Orders”" in page.text
    assert "This is needed" not in page.text
    assert LETTER["message"] in page.text
    assert kept(ContactRequest) == []


def test_what_is_announced_for_the_category_of_a_topic_is_shown_once_it_is_chosen(
    client: FlaskClient, orders: Topic
) -> None:
    above = factories.category("Buying")
    delivery = factories.category("Delivery", parent=above)
    factories.article("When it comes", category=delivery)
    orders.category_id = delivery.id
    announce("Vans are late", scopes=[Scope.CATEGORY.value], category_ids=[above.id])
    announce("Phones are down", scopes=[Scope.CATEGORY.value], category_ids=[above.id + 1000])
    announce("Site is slow", category_ids=[above.id])
    page = client.get(CONTACT, query_string={"topic": orders.id}).text
    chosen = page.partition("data-fields>")[2].partition("<template")[0]
    assert "Vans are late" in chosen
    assert "Vans are late" in page.partition("<template")[2]
    assert "Vans are late" not in client.get(CONTACT).text.partition("<template")[0]
    assert "Phones are down" not in page
    assert page.count("Site is slow") == client.get("/en/").text.count("Site is slow")


def test_answers_are_kept_with_the_request_by_their_keys(
    client: FlaskClient, orders: Topic
) -> None:
    answers = {"field-number": " 1 234 ", "field-by": "van", "field-opened": "no"}
    sent = send(client, topic=str(orders.id), asked=str(orders.id), **answers)
    assert sent.status_code == 303
    request = only(ContactRequest)
    assert request.topic_id == orders.id
    assert request.details == {"number": "1 234", "by": "van", "opened": "no"}


def test_a_wrong_answer_is_told_beside_its_field_and_above_and_everything_stays(
    client: FlaskClient, orders: Topic
) -> None:
    answers = {"field-number": "many", "field-by": "van"}
    page = send(client, topic=str(orders.id), asked=str(orders.id), **answers)
    assert '<a href="#letter-field-number"><strong>Order number</strong> ' in page.text
    assert page.status_code == 422
    assert 'href="#letter-field-number"' in page.text
    assert 'aria-describedby="letter-field-number-error" aria-invalid="true"' in page.text
    assert 'value="many"' in page.text
    assert '<option value="van" selected>' in page.text
    assert f'<option value="{orders.id}" selected>' in page.text


def test_continue_shows_the_questions_and_judges_nothing(
    client: FlaskClient, orders: Topic
) -> None:
    page = send(client, topic=str(orders.id), **{"continue": "1", "email": ""})
    assert page.status_code == 200
    assert "not right yet" not in page.text


def test_no_topic_is_none_and_one_that_is_gone_is_none_too(
    client: FlaskClient, orders: Topic
) -> None:
    for number, topic in enumerate(("", "99", "x")):
        assert send(client, topic=topic, message=f"m{number}").status_code == 303
    assert {each.topic_id for each in kept(ContactRequest)} == {None}


def test_the_same_letter_from_another_network_is_one_and_lets_nobody_in(app: Flask) -> None:
    first = send(app.test_client())
    stranger = app.test_client()
    second = send(stranger, BY_FORM | {"User-Agent": "Firefox of a train"})
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(kept(ContactRequest)) == 1
    cookies = ["kb_request" in str(each.headers.getlist("Set-Cookie")) for each in (first, second)]
    assert cookies == [True, False]


# Known customers


def test_what_is_known_of_a_customer_is_filled_in_and_kept_by_no_cache(app: Flask) -> None:
    customer = Customer(reference="C-7", name="Alice Martin", email="alice@example.com")
    db.session.add(customer)
    db.session.commit()
    client = app.test_client()
    client.set_cookie(present.COOKIE, present.session_of(customer))
    page = client.get(CONTACT, headers=BROWSER)
    assert 'value="alice@example.com"' in page.text
    assert "You write as Alice Martin" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    send(client)
    request = only(ContactRequest)
    assert (request.customer_id, request.name) == (customer.id, "Alice Martin")
    stranger = app.test_client().get(CONTACT, headers=BROWSER)
    assert "alice@example.com" not in stranger.text


# Afterwards


def test_the_confirmation_says_when_somebody_is_back_and_where_to_follow(
    client: FlaskClient,
) -> None:
    asleep = [[] for _ in range(7)]
    tomorrow = (utc_now() + timedelta(days=1)).weekday()
    asleep[tomorrow] = [["09:00", "17:00"]]
    db.session.add(ContactChannel(way=Way.FORM, hours=asleep, timezone="UTC", stated_minutes=240))
    db.session.commit()
    page = client.get(send(client).location, headers=BY_FORM)
    assert "opens tomorrow at 9:00" in re.sub(r"\b0(\d:)", r"\1", page.text)
    assert "within 4" in page.text
    assert f'/en/requests/{only(ContactRequest).reference}"' in page.text


MAX_PAGE_BYTES = 60_000  # HTML, CSS and JavaScript, as of every page for readers


def test_a_form_with_topics_and_channels_weighs_no_more_than_other_pages(
    client: FlaskClient,
) -> None:
    for number in range(4):
        topic = Topic(key=f"t{number}", names={"fr": f"Commandes et livraisons {number}"})
        topic.fields = [
            TopicField(
                key=kind,
                kind=kind,
                labels={"fr": "Votre numéro de commande"},
                hints={"fr": "Il commence par CMD et se trouve sur la facture."},
            )
            for kind in ("text", "date", "yes-no")
        ]
        db.session.add(topic)
    for position, way in enumerate((Way.PHONE, Way.CHAT, Way.MESSAGING, Way.SHOP, Way.POST)):
        db.session.add(
            ContactChannel(
                way=way,
                target="+33411223344" if way is Way.PHONE else "https://shop.example/aide",
                position=position,
                hours=[[["09:00", "12:30"], ["14:00", "18:00"]]] * 5 + [[], []],
            )
        )
    db.session.commit()
    page = client.get("/fr/contact")
    weight = len(page.data)
    assets = set(re.findall(r'(?:href|src)="(/assets/[^"]+\.(?:css|js))"', page.text))
    assert any(each.endswith("topics.js") for each in assets)
    weight += sum(len(client.get(each).data) for each in assets)
    assert weight <= MAX_PAGE_BYTES
