"""Claims about the pages of customers in the studio, and the part of the API that says the same."""

import io
import json
import zipfile
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from feedback.models import SearchIntent, Visit
from feedback.requests.files.keeping import keep_file
from feedback.requests.models import ContactRequest
from feedback.visitors import Visitor
from kb.accounts.models import RoleName
from kb.api import tokens
from kb.api.scopes import Scope
from kb.audit.models import AuditEntry
from kb.customers.models import Customer
from kb.db import db
from tests.feedback.cast import at, search

SignIn = Callable[[RoleName], FlaskClient]
REFERENCE = "crm-42 é?"


@pytest.fixture
def ada(app: Flask) -> Customer:
    found = Customer(reference=REFERENCE, email="ada@example.org", name="Ada Martin", plan="pro")
    db.session.add(found)
    db.session.commit()
    for number in range(3):
        search(Visitor("a" * 32, customer_id=found.id), f"lamp {number}", moment=at(minutes=number))
    sent = ContactRequest(
        reference="R-9", locale="en", subject="Lamp", message="It is dark", customer_id=found.id
    )
    db.session.add(sent)
    db.session.flush()
    keep_file(db.session(), b"a bill", "bill.txt", request_id=sent.id)
    db.session.commit()
    return found


@pytest.mark.usefixtures("ada")
def test_a_writer_finds_a_customer_and_sees_what_they_did(sign_in: SignIn) -> None:
    client = sign_in(RoleName.WRITER)
    assert "Ada Martin" in client.get("/studio/customers?q=MARTIN").text
    english = {"Accept-Language": "en"}
    assert (
        "No customer is called so." in client.get("/studio/customers?q=%25", headers=english).text
    )
    page = client.get(f"/studio/customers/{quote(REFERENCE)}")
    assert page.status_code == 200
    assert "lamp 2" in page.text
    assert "/studio/requests/R-9" in page.text
    assert "Erase" not in page.text
    assert client.get(f"/studio/customers/{quote(REFERENCE)}/erase").status_code == 403
    assert client.get(f"/studio/customers/{quote(REFERENCE)}/export").status_code == 403


@pytest.mark.usefixtures("ada")
def test_a_lead_takes_everything_as_a_file(sign_in: SignIn) -> None:
    answer = sign_in(RoleName.LEAD).get(f"/studio/customers/{quote(REFERENCE)}/export")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    held = json.loads(archive.read("data.json"))
    assert [each["query"] for each in held["search_intent"]] == ["lamp 0", "lamp 1", "lamp 2"]
    file = next(name for name in archive.namelist() if name.endswith("bill.txt"))
    assert archive.read(file) == b"a bill"
    acts = db.session.scalars(select(AuditEntry.act)).all()
    assert "customer.exported" in acts


@pytest.mark.usefixtures("ada")
def test_a_lead_erases_a_customer_once_sure_and_the_log_says_not_who(sign_in: SignIn) -> None:
    client = sign_in(RoleName.LEAD)
    address = f"/studio/customers/{quote(REFERENCE)}/erase"
    assert "searches" in client.get(address, headers={"Accept-Language": "en"}).text
    assert client.post(address, data={"reference": "crm-43"}).status_code == 422
    assert db.session.scalars(select(Customer)).all()
    client.post(address, data={"reference": REFERENCE})
    db.session.expire_all()
    left = [
        db.session.scalars(select(each)).all()
        for each in (Customer, Visit, SearchIntent, ContactRequest)
    ]
    assert left == [[], [], [], []]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "customer.erased")).one()
    assert REFERENCE not in f"{entry.label} {entry.details}"
    assert client.get(f"/studio/customers/{quote(REFERENCE)}").status_code == 404


def key(*scopes: Scope) -> dict[str, str]:
    _token, text = tokens.make(db.session, "CRM", scopes)
    db.session.commit()
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def plain(app: Flask) -> Customer:
    """A customer with a reference that stands in an address as it is."""
    found = Customer(reference="42", email="ada@example.org", name="Ada Martin")
    db.session.add(found)
    db.session.commit()
    for number in range(5):
        search(Visitor("a" * 32, customer_id=found.id), f"lamp {number}", moment=at(minutes=number))
    return found


@pytest.mark.usefixtures("plain")
def test_a_program_reads_the_timeline_page_by_page(client: FlaskClient) -> None:
    headers = key(Scope.CUSTOMERS_READ)
    address, words = "/api/v1/customers/42/timeline?limit=2", []
    while address:
        page = client.get(address, headers=headers).json
        assert page is not None
        words += [each["words"] for each in page["items"]]
        address = page["next"]
    assert words == [f"lamp {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.usefixtures("plain")
def test_export_and_erasure_need_their_own_scope(client: FlaskClient) -> None:
    reading, writing = key(Scope.CUSTOMERS_READ), key(Scope.CUSTOMERS_WRITE)
    assert client.delete("/api/v1/customers/42", headers=reading).status_code == 403
    assert client.get("/api/v1/customers/42/export", headers=reading).status_code == 403
    held = client.get("/api/v1/customers/42/export", headers=writing).json
    assert held is not None
    assert len(held["held"]["search_intent"]) == 5
    erased = client.delete("/api/v1/customers/42", headers=writing).json
    assert erased is not None
    assert erased["erased"]["search_intent"] == 5
    assert client.get("/api/v1/customers/42", headers=reading).status_code == 404


@pytest.mark.usefixtures("plain")
def test_a_customer_whom_no_token_named_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/api/v1/customers/nobody/timeline", headers=key(Scope.CUSTOMERS_READ))
    assert answer.status_code == 404
    assert answer.json is not None
    assert "No token has ever named" in answer.json["detail"]
