"""Claims about what a help desk tells: who is believed, what is made of it, and when it happened."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from feedback.helpdesk.heard import Unreadable, bounded, moment, read
from feedback.helpdesk.models import DeskKind, HeardEvent
from feedback.helpdesk.setting import Wish, connect
from feedback.requests.models import Author, ContactRequest, RequestMessage
from feedback.requests.resolving import State, state_of
from feedback.requests.thread import NewMessage, add_message, messages_of
from kb.db import db, utc_now
from kb.deliveries.models import Delivery
from kb.deliveries.sending import deliver_due
from kb.mail.models import OutgoingMail
from kb.webhooks.signatures import headers
from tests.feedback.helpdesk.conftest import Ask, desk
from tests.feedback.helpdesk.fakes import KEY, FakeZendesk
from tests.listening import Program

Sent = tuple[int, Any]


def signed(secret: str, what: Any, at: datetime | None = None) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(what).encode()
    return body, headers([secret], f"msg_{hash(body)}", body, at or utc_now())


def post(client: FlaskClient, body: bytes, sent: Mapping[str, str]) -> Sent:
    answer = client.post(f"/hooks/help-desk/{desk().id}", data=body, headers=dict(sent))
    db.session.expire_all()
    return answer.status_code, answer.get_json()


@pytest.fixture
def crm(app: Flask) -> str:
    """The secret of a program that requests go to."""
    _kept, secret = connect(Wish(DeskKind.WEBHOOK, address="http://127.0.0.1:9/requests"))
    return secret


def tell(client: FlaskClient, secret: str, **what: Any) -> Sent:
    return post(client, *signed(secret, what))


def said(request: ContactRequest) -> list[tuple[str, str, bool]]:
    rows = db.session.scalars(messages_of(request, notes=True))
    return [(each.author.value, each.text, each.is_note) for each in rows]


def in_minutes(request: ContactRequest, minutes: int) -> str:
    return (request.created_at + timedelta(minutes=minutes)).isoformat()


def back_in_time(request: ContactRequest, hours: int) -> None:
    request.created_at -= timedelta(hours=hours)
    db.session.commit()


def test_an_answer_comes_into_the_thread_with_the_time_of_the_desk(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    back_in_time(request, 5)
    at = in_minutes(request, 42)
    told = tell(
        client, crm, event="answer", reference=request.reference, id="1", text="Turn it.",
        author="Ines", at=at,
    )  # fmt: skip
    assert told == (200, {"became": ["taken"]})
    (message,) = db.session.scalars(messages_of(request))
    assert (message.author_name, message.author) == ("Ines", Author.STAFF)
    assert request.answered_at is not None
    assert request.answered_at - request.created_at == timedelta(minutes=42)
    assert state_of(request) is State.ANSWERED


def test_a_note_is_a_note_and_answers_nothing(client: FlaskClient, crm: str, ask: Ask) -> None:
    request = ask()
    tell(client, crm, event="note", reference=request.reference, id="1", text="Hm.")
    assert said(request) == [("staff", "Hm.", True)]
    assert request.answered_at is None


def test_a_resolution_is_measured_and_asks_how_it_was(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    back_in_time(request, 5)
    at = in_minutes(request, 90)
    tell(client, crm, event="resolved", reference=request.reference, at=at)
    assert request.resolved_at == datetime.fromisoformat(at)
    kinds = set(db.session.scalars(select(OutgoingMail.kind)))
    assert any("survey" in each or "csat" in each for each in kinds), kinds
    told = tell(
        client, crm, event="reopened", reference=request.reference, at=in_minutes(request, 95)
    )
    assert told[1] == {"became": ["taken"]}
    assert request.resolved_at is None


def test_the_same_told_again_changes_nothing(client: FlaskClient, crm: str, ask: Ask) -> None:
    request = ask()
    what = {"event": "answer", "reference": request.reference, "text": "Turn it."}
    results = [tell(client, crm, **what)[1]["became"] for _time in range(3)]
    results += [tell(client, crm, **what, id="7")[1]["became"] for _time in range(2)]
    assert results == [["taken"], ["known"], ["known"], ["taken"], ["known"]]
    assert len(said(request)) == 2


def test_what_comes_in_the_wrong_order_ends_as_the_desk_left_it(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    back_in_time(request, 5)
    name = request.reference
    tell(client, crm, event="reopened", reference=name, at=in_minutes(request, 40))
    late = tell(client, crm, event="resolved", reference=name, at=in_minutes(request, 30))
    assert late[1] == {"became": ["late"]}
    assert request.resolved_at is None


def test_an_answer_told_after_the_resolution_still_counts_from_when_it_was_given(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    back_in_time(request, 5)
    name = request.reference
    tell(client, crm, event="resolved", reference=name, at=in_minutes(request, 60))
    tell(client, crm, event="answer", reference=name, text="Turn it.", at=in_minutes(request, 20))
    assert request.answered_at is not None
    assert request.answered_at - request.created_at == timedelta(minutes=20)
    assert request.resolved_at is not None


def test_what_the_desk_tells_is_not_told_back_to_it(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    before = db.session.scalar(select(func.count()).select_from(Delivery))
    for event in ("answer", "resolved", "reopened"):
        tell(client, crm, event=event, reference=request.reference, text="Turn it.")
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == before


def test_an_answer_that_the_desk_has_mailed_is_not_mailed_again(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    before = db.session.scalar(select(func.count()).select_from(OutgoingMail))
    tell(client, crm, event="answer", reference=request.reference, text="Turn it.")
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == before


def test_a_request_is_found_by_its_ticket_too(client: FlaskClient, crm: str, ask: Ask) -> None:
    request = ask()
    tell(client, crm, event="note", reference=request.reference, ticket="T-9", text="Hm.")
    assert request.external_reference == "T-9"
    assert tell(client, crm, event="answer", ticket="T-9", text="Turn it.")[1] == {
        "became": ["taken"]
    }
    assert tell(client, crm, event="answer", ticket="T-10", text="Turn it.")[1] == {
        "became": ["unknown"]
    }


def test_who_does_not_know_the_secret_is_not_believed(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    what = {"event": "resolved", "reference": request.reference}
    body, sent = signed(crm, what)
    old = signed(crm, what, utc_now() - timedelta(hours=1))
    bearer = {"Authorization": f"Bearer {crm}"}
    for forged in (
        (body, {}),
        signed("whsec_AAAA", what),
        (body + b" ", sent),
        old,
        (body, bearer),
        (body, {"X-Zendesk-Webhook-Signature": "AAAA"}),
    ):
        assert post(client, *forged)[0] == 401
    assert request.resolved_at is None
    assert post(client, body, sent)[0] == 200


def test_the_session_of_a_colleague_counts_for_nothing(crm: str, ask: Ask, sign_in: Any) -> None:
    from kb.accounts.models import RoleName

    ask()
    assert post(sign_in(RoleName.ADMIN), b"{}", {})[0] == 401


@pytest.mark.parametrize(
    "what",
    [
        [], "x", {}, {"event": "eaten", "reference": "K"}, {"event": "answer", "reference": "K"},
        {"event": "answer", "text": "x"},
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said(client: FlaskClient, crm: str, what: Any) -> None:
    status, answer = post(client, *signed(crm, what))
    assert status == 400
    assert "not understood" in answer["error"]


# Zendesk


def zendesk_event(kind: str, request: ContactRequest, **event: Any) -> dict[str, Any]:
    return {
        "type": f"zen:event-type:ticket.{kind}",
        "id": f"{kind}-1",
        "time": utc_now().isoformat().replace("+00:00", "Z"),
        "detail": {"id": "4711", "external_id": request.reference, "status": "OPEN"},
        "event": event,
    }


def by_zendesk(what: Any, secret: str = "signing secret") -> tuple[bytes, dict[str, str]]:
    body, stamp = json.dumps(what).encode(), utc_now().isoformat().replace("+00:00", "Z")
    digest = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return body, {
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }


def comment(number: str, text: str, *, public: bool = True, staff: bool = True) -> dict[str, Any]:
    return {
        "comment": {
            "id": number,
            "body": text,
            "is_public": public,
            "author": {"id": "9", "is_staff": staff, "name": "Ines"},
        }
    }


def test_zendesk_tells_comments_and_states_as_it_documents(
    client: FlaskClient, zendesk: FakeZendesk, ask: Ask
) -> None:
    request = ask()
    for kind, event in (
        ("comment_added", comment("5", "Turn it.")),
        ("comment_added", comment("6", "Between us.", public=False)),
        ("status_changed", {"previous": "OPEN", "current": "SOLVED"}),
    ):
        assert post(client, *by_zendesk(zendesk_event(kind, request, **event)))[0] == 200
    assert said(request) == [("staff", "Turn it.", False), ("staff", "Between us.", True)]
    assert request.resolved_at is not None
    ignored = zendesk_event("priority_changed", request, previous="LOW", current="HIGH")
    assert post(client, *by_zendesk(ignored)) == (200, {"became": []})
    assert post(client, *by_zendesk(ignored, "another"))[0] == 401


def test_what_was_written_here_is_not_taken_in_again_when_zendesk_tells_it(
    client: FlaskClient, zendesk: FakeZendesk, ask: Ask
) -> None:
    request = ask()
    add_message(db.session(), request, NewMessage(Author.CUSTOMER, "More.\r\n\r\nMuch."))
    db.session.commit()
    deliver_due()
    db.session.expire_all()
    before = said(request)
    for each in zendesk.one["comments"]:
        event = comment(
            str(each["id"]),
            each["body"],
            public=each["public"],
            staff=not each["public"],
        )
        told = post(client, *by_zendesk(zendesk_event("comment_added", request, **event)))
        assert told == (200, {"became": ["known"]}), each
    assert said(request) == before
    reply = comment("999", "I wrote to you by mail.", staff=False)
    post(client, *by_zendesk(zendesk_event("comment_added", request, **reply)))
    assert said(request)[-1] == ("customer", "I wrote to you by mail.", False)


def test_a_customers_thanks_said_twice_are_two_messages(
    client: FlaskClient, zendesk: FakeZendesk, ask: Ask
) -> None:
    request = ask()
    for number in ("1", "2"):
        event = comment(number, "Thanks!", staff=False)
        post(client, *by_zendesk(zendesk_event("comment_added", request, **event)))
    assert [text for _author, text, _note in said(request)] == ["Thanks!", "Thanks!"]


# Zammad and Freshdesk


def test_zammad_tells_by_its_own_payload_and_signature(
    app: Flask, client: FlaskClient, server: Program, ask: Ask
) -> None:
    _kept, secret = connect(Wish(DeskKind.ZAMMAD, address=server.url, key=KEY))
    request = ask()
    what = {
        "ticket": {
            "id": 33,
            "title": f"[{request.reference}] The lamp flickers",
            "state": "closed",
            "updated_at": utc_now().isoformat(),
        },
        "article": {
            "id": 8,
            "body": "<p>Turn <b>it</b>.</p><p>Then wait &amp; see.</p>",
            "internal": False,
            "sender": "Agent",
            "created_at": utc_now().isoformat(),
            "created_by": {"firstname": "Ines", "lastname": "L"},
        },
    }
    body = json.dumps(what).encode()
    digest = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    sent = {"X-Hub-Signature": f"sha1={digest}"}
    assert post(client, body, sent) == (200, {"became": ["taken", "taken"]})
    assert said(request) == [("staff", "Turn it.\nThen wait & see.", False)]
    assert request.resolved_at is not None
    assert post(client, body, sent) == (200, {"became": ["known", "known"]})
    assert post(client, body + b" ", sent)[0] == 401


def test_freshdesk_brings_the_secret(
    app: Flask, client: FlaskClient, server: Program, ask: Ask
) -> None:
    _kept, secret = connect(Wish(DeskKind.FRESHDESK, address=server.url, key=KEY))
    request = ask()
    what = {"event": "answer", "reference": request.reference, "text": "Turn it."}
    body = json.dumps(what).encode()
    assert post(client, body, {"Authorization": f"Bearer {secret}"})[0] == 200
    assert post(client, body, {"Authorization": "Bearer another"})[0] == 401


def test_both_databases_take_each_thing_once(any_app: Flask) -> None:
    from feedback.helpdesk.heard import Told, What
    from feedback.helpdesk.hearing import Became, take
    from feedback.requests.opening import Opening, open_request

    kept, _secret = connect(Wish(DeskKind.WEBHOOK, address="https://crm.example/"))
    request = open_request(db.session(), Opening("A", "B", "bob@example.org", "en"))
    db.session.commit()
    told = Told(What.ANSWER, "answer:1", request.reference, "", number="1", text="Turn it.")
    assert [take(kept, told) for _time in range(3)] == [
        Became.TAKEN,
        Became.KNOWN,
        Became.KNOWN,
    ]
    assert db.session.scalar(select(func.count()).select_from(RequestMessage)) == 1
    assert db.session.scalar(select(func.count()).select_from(HeardEvent)) == 1


# Pure


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOMENTS = st.integers(0, 2_500_000_000).map(lambda each: datetime.fromtimestamp(each, UTC))


@given(st.none() | MOMENTS, MOMENTS, MOMENTS)
def test_a_moment_is_never_before_the_request_nor_to_come(
    at: datetime | None, opened: datetime, now: datetime
) -> None:
    found = bounded(at, opened, now)
    assert found >= opened
    assert found <= max(now, opened)


@hypothesis_settings(max_examples=40)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(
                        st.sampled_from(["event", "type", "ticket", "article", "detail", "id",
                                         "text", "reference", "at", "state", "comment"])
                        | st.text(), inner)))  # fmt: skip
def test_whatever_comes_is_read_or_refused(said: Any) -> None:
    with suppress(Unreadable):
        read(said)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2026-11-22T12:00:00Z", NOW),
        ("2026-11-22T13:00:00+01:00", NOW),
        ("2026-11-22T12:00:00", NOW),
        (1795348800, datetime.fromtimestamp(1795348800, UTC)),
        ("1795348800", datetime.fromtimestamp(1795348800, UTC)),
        ("soon", None),
        (None, None),
        (True, None),
        ("9" * 30, None),
    ],
)
def test_moments_are_read_as_desks_write_them(value: Any, wanted: datetime | None) -> None:
    assert moment(value) == wanted
