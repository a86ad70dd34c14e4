"""Claims about webhooks by the API."""

from typing import Any

import pytest
from flask import Flask

from kb.api.scopes import Scope
from kb.db import utc_now
from kb.deliveries.sending import deliver_due
from kb.webhooks.signatures import verify
from tests.kb.api.conftest import program as client_with_key
from tests.listening import Says, listening

ADDRESS = "/api/v1/webhooks"
client_of = client_with_key


@pytest.fixture
def caller(client_of: Any) -> Any:
    return client_of(Scope.WEBHOOKS_MANAGE)


def test_a_program_sets_itself_up_hears_and_has_a_message_sent_again(
    app: Flask, caller: Any
) -> None:
    with listening() as crm:
        made = caller.post(ADDRESS, json={"url": crm.url, "events": ["article.published"]})
        assert made.status_code == 201
        number, secret = made.json["id"], made.json["secret"]
        at = f"{ADDRESS}/{number}"
        assert made.headers["Location"].endswith(at)
        assert "secret" not in caller.get(at).json
        crm.answering = lambda _heard: Says(500)
        assert caller.post(f"{at}/test").status_code == 202
        deliver_due()
        (waiting,) = caller.get(f"{at}/deliveries?state=waiting").json["items"]
        assert (waiting["status"], waiting["attempts"]) == (500, 1)
        crm.answering = lambda _heard: Says()
        assert caller.post(f"{at}/deliveries/{waiting['id']}/replay").status_code == 202
        deliver_due()
        again = caller.post(f"{at}/deliveries/{waiting['id']}/replay")
        assert again.json["event_id"] == waiting["event_id"]
        deliver_due()
        assert len(crm.heard) == 3
        verify([secret], crm.heard[-1].headers, crm.heard[-1].body, utc_now())


def test_an_endpoint_is_changed_as_the_caller_saw_it_and_removed(app: Flask, caller: Any) -> None:
    made = caller.post(ADDRESS, json={"url": "https://crm.example/"})
    at = f"{ADDRESS}/{made.json['id']}"
    tag = caller.get(at).headers["ETag"]
    wanted = {"url": "https://crm.example/new", "events": ["request.opened"]}
    assert caller.put(at, json=wanted).status_code == 428
    changed = caller.put(at, json=wanted, headers={"If-Match": tag})
    assert changed.json["events"] == ["request.opened"]
    assert caller.put(at, json=wanted, headers={"If-Match": tag}).status_code == 412
    renewed = caller.post(f"{at}/secret")
    assert renewed.json["secret"].startswith("whsec_")
    tag = caller.get(at).headers["ETag"]
    assert caller.delete(at, headers={"If-Match": tag}).status_code == 204
    assert caller.get(at).status_code == 404
    assert caller.get(ADDRESS).json["items"] == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"url": "http://crm.example/"},
        {"url": "https://crm.example/", "events": ["article.eaten"]},
        {"url": ""},
        {},
    ],
)
def test_what_cannot_be_is_said(app: Flask, caller: Any, wanted: dict[str, Any]) -> None:
    assert caller.post(ADDRESS, json=wanted).status_code == 422


def test_a_key_for_other_things_opens_nothing(app: Flask, client_of: Any) -> None:
    assert client_of(Scope.ARTICLES_READ).get(ADDRESS).status_code == 403
    assert client_of().get(ADDRESS).status_code == 401
