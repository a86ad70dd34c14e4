"""Claims about the pages of connections: the help desk, webhooks and deliveries in the studio."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.helpdesk.models import HelpDesk
from kb.accounts.models import RoleName
from kb.audit.models import AuditEntry
from kb.db import db
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.sending import deliver_due
from kb.webhooks.events import announce
from kb.webhooks.models import WebhookEndpoint
from tests.feedback.helpdesk.conftest import Ask, desk
from tests.feedback.helpdesk.fakes import KEY, USER, FakeZendesk
from tests.listening import Program, Says

SignIn = Callable[[RoleName | None], FlaskClient]
SECRET = re.compile(r'value="(whsec_[^"]+)"')


@pytest.fixture
def admin(sign_in: SignIn) -> FlaskClient:
    return sign_in(RoleName.ADMIN)


def acts() -> list[str]:
    return [
        each
        for each in db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id))
        if "." in each
    ]


def test_connections_lead_to_every_room(admin: FlaskClient) -> None:
    page = admin.get("/studio/connections").text
    for address in ("help-desk", "webhooks", "deliveries", "api-keys"):
        assert f'href="/studio/{address}"' in page
    assert "Requests stay here." in page
    for address in ("help-desk", "webhooks", "deliveries"):
        assert admin.get(f"/studio/{address}").status_code == 200


def test_a_webhook_is_added_tested_given_a_new_secret_and_removed(
    admin: FlaskClient, server: Program
) -> None:
    made = admin.post(
        "/studio/webhooks",
        data={"url": server.url, "description": "CRM", "scope": "some", "event": "gap.opened"},
    )
    first = SECRET.search(made.text)
    assert first, "the secret is shown once"
    assert made.headers["Cache-Control"] == "private, no-store"
    kept = db.session.scalars(select(WebhookEndpoint)).one()
    at = f"/studio/webhooks/{kept.id}"
    assert SECRET.search(admin.get(at).text) is None, "and never again"
    assert kept.events == ["gap.opened"]
    admin.post(at, data={"act": "test"})
    deliver_due()
    assert [each.json["type"] for each in server.heard] == ["webhook.test"]
    assert "webhook.test" in admin.get(at).text
    second = SECRET.search(admin.post(at, data={"act": "secret"}).text)
    assert second
    assert second[1] != first[1]
    assert "two signatures" in admin.get(at).text
    changed = admin.post(at, data={"act": "change", "url": server.url, "scope": "all"})
    assert changed.status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(WebhookEndpoint.events)).one() == []
    admin.post(at, data={"act": "remove"})
    assert db.session.scalars(select(WebhookEndpoint)).all() == []
    assert [each for each in acts() if each.startswith("webhook.")] == [
        "webhook.added",
        "webhook.secret",
        "webhook.changed",
        "webhook.removed",
    ]


def test_a_wrong_address_keeps_what_was_typed(admin: FlaskClient) -> None:
    answer = admin.post("/studio/webhooks", data={"url": "http://crm.example/", "description": "D"})
    assert answer.status_code == 422
    assert 'value="http://crm.example/"' in answer.text
    assert 'role="alert"' in answer.text


def test_what_does_not_arrive_is_seen_and_sent_again(admin: FlaskClient, server: Program) -> None:
    admin.post("/studio/webhooks", data={"url": server.url, "scope": "all"})
    server.answering = lambda _heard: Says(500, b"<oh> no")
    announce("article.published", {"title": "Lampe"})
    db.session.commit()
    deliver_due()
    page = admin.get("/studio/deliveries").text
    assert "1 message waits" in page
    assert "500 &lt;oh&gt; no" in page
    row = db.session.scalars(select(Delivery)).one()
    at = f"/studio/deliveries/{row.id}"
    assert "Lampe" in admin.get(at).text
    server.answering = lambda _heard: Says()
    admin.post(at, data={"act": "again"})
    deliver_due()
    assert "arrived" in admin.get(at).text
    admin.post(at, data={"act": "again"})
    deliver_due()
    assert len(server.heard) == 3
    assert "Other deliveries of this event" in admin.get(at).text
    for state in ("waiting", "refused", "given-up", "delivered", "nonsense"):
        assert admin.get(f"/studio/deliveries?state={state}&receiver=1").status_code == 200


def test_a_receiver_is_paused_and_resumed(admin: FlaskClient, server: Program) -> None:
    admin.post("/studio/webhooks", data={"url": server.url, "scope": "all"})
    receiver = db.session.scalars(select(Receiver)).one()
    at = f"/studio/deliveries/receivers/{receiver.id}"
    admin.post(at, data={"act": "pause", "back": "https://evil.example/"})
    announce("article.published", {})
    db.session.commit()
    deliver_due()
    assert server.heard == []
    assert "paused" in admin.get("/studio/deliveries").text
    answer = admin.post(at, data={"act": "resume", "back": "/studio/webhooks/1"})
    assert answer.location == "/studio/webhooks/1"
    deliver_due()
    assert len(server.heard) == 1
    assert {"receiver.paused", "receiver.resumed"} <= set(acts())
    assert admin.post(at, data={"act": "explode"}).status_code == 400


def test_zendesk_is_connected_tried_changed_and_let_go_of(
    app: Flask, admin: FlaskClient, server: Program, ask: Ask
) -> None:
    old = ask()
    fake = server.answering = FakeZendesk()
    at = "/studio/help-desk/connect/zendesk"
    assert "Token" in admin.get(at).text
    wrong = admin.post(at, data={"address": "nowhere", "fields": "a"})
    assert wrong.status_code == 422
    for words in (
        "This address cannot be used",
        "Enter the token",
        "one field a line",
        "agent whose",
    ):
        assert words in wrong.text
    made = admin.post(
        at, data={"address": server.url + "/", "user": USER, "key": KEY, "tells_customers": "on"}
    )
    assert SECRET.search(made.text)
    kept = desk()
    assert kept.address == server.url
    assert KEY not in kept.sealed_key
    page = admin.get("/studio/help-desk").text
    assert KEY not in page
    assert f"/hooks/help-desk/{kept.id}" in page
    assert "signing secret has not been entered" in page
    admin.post("/studio/help-desk", data={"act": "try"})
    assert "Ines (agent)" in admin.get("/studio/help-desk").text
    admin.post("/studio/help-desk", data={"act": "send"})
    deliver_due()
    assert fake.one["external_id"] == old.reference
    admin.post(
        "/studio/help-desk",
        data={
            "act": "change", "name": "Support", "address": server.url, "user": USER, "key": "",
            "foreign_secret": "s", "tags": "a, b",
        },
    )  # fmt: skip
    db.session.expire_all()
    assert (desk().name, desk().options["tags"]) == ("Support", ["a", "b"])
    admin.post("/studio/help-desk", data={"act": "remove"})
    assert db.session.scalars(select(HelpDesk.is_active)).all() == [False]
    assert "Requests are answered here, in the inbox." in admin.get("/studio/help-desk").text
    assert [each for each in acts() if each.startswith("help-desk.")] == [
        "help-desk.connected",
        "help-desk.changed",
        "help-desk.removed",
    ]


def test_a_desk_that_does_not_answer_says_so(
    app: Flask, admin: FlaskClient, server: Program
) -> None:
    server.answering = lambda _heard: Says(503)
    admin.post(
        "/studio/help-desk/connect/zammad", data={"address": server.url, "key": KEY, "group": "G"}
    )
    admin.post("/studio/help-desk", data={"act": "try"})
    assert "It does not work: 503" in admin.get("/studio/help-desk").text


@pytest.mark.parametrize(
    ("kind", "address"),
    [("email", "desk@clairson.example"), ("webhook", "https://crm.example/"),
     ("freshdesk", "https://c.freshdesk.com")],
)  # fmt: skip
def test_each_kind_has_its_page(app: Flask, admin: FlaskClient, kind: str, address: str) -> None:
    at = f"/studio/help-desk/connect/{kind}"
    assert admin.get(at).status_code == 200
    assert admin.post(at, data={"address": address, "key": "k"}).status_code == 200
    assert address.rstrip("/") in admin.get("/studio/help-desk").text


def test_an_address_that_is_none_is_refused(app: Flask, admin: FlaskClient) -> None:
    answer = admin.post("/studio/help-desk/connect/email", data={"address": "desk"})
    assert answer.status_code == 422
    assert "not an e-mail address" in answer.text
