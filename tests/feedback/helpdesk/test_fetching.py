"""Claims about files that come back from a help desk: from where, with what, and what is said of others."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from feedback.helpdesk import downloading
from feedback.helpdesk.downloading import NotFetched, Source, Storage, checked, download
from feedback.helpdesk.heard import read
from feedback.helpdesk.models import DeskKind
from feedback.helpdesk.setting import Wish, connect
from feedback.privacy.holdings import Person, holdings
from feedback.requests.files.keeping import path_of
from feedback.requests.models import ContactRequest, RequestFile
from feedback.requests.sender.links import new_link
from kb.accounts.models import RoleName
from kb.db import db
from kb.deliveries.models import Delivery
from tests.feedback.helpdesk.conftest import Ask, desk, pass_time
from tests.feedback.helpdesk.fakes import KEY, FakeFreshdesk, FakeZammad, FakeZendesk
from tests.feedback.helpdesk.test_hearing import crm, post, signed, tell
from tests.feedback.helpdesk.test_leaving import deliver
from tests.listening import Program, Says, listening

__all__ = ["crm"]  # a fixture
LABEL = b"CMD-2026-0042\n"
SignIn = Callable[[RoleName], FlaskClient]


@pytest.fixture
def elsewhere() -> Iterator[Program]:
    """A program on loopback that is no help desk."""
    with listening() as program:
        program.answering = lambda _heard: Says(200, LABEL, {"Content-Type": "text/plain"})
        yield program


def files() -> list[tuple[str, bytes | None]]:
    """Return what stands in the thread, each with its content where that is here."""
    db.session.expire_all()
    rows = db.session.scalars(select(RequestFile).order_by(RequestFile.id))
    return [(each.name, path_of(each.key).read_bytes() if each.digest else None) for each in rows]


def answered(
    client: FlaskClient, server: Program, request: ContactRequest, *attached: str, number: int = 7
) -> None:
    """Let an agent of Zendesk answer with files, and Zendesk tell of it."""
    fake = server.answering
    assert isinstance(fake, FakeZendesk)
    fake.one["comments"].append(
        {
            "id": number,
            "body": "Here is your label.",
            "attachments": [
                {"file_name": path.rpartition("/")[2], "content_url": server.url + path}
                for path in attached
            ],
        }
    )
    what = {
        "event": "answer", "id": str(number), "ticket": str(fake.one["id"]),
        "reference": request.reference, "text": "Here is your label.",
    }  # fmt: skip
    assert post(client, *signed(server.secret, what)) == (200, {"became": ["taken"]})


def test_files_of_an_answer_are_fetched_once_with_what_opens_the_desk(
    client: FlaskClient, zendesk: FakeZendesk, server: Program, ask: Ask
) -> None:
    request = ask()
    deliver()
    zendesk.files["/attachments/label.txt"] = Says(200, LABEL)
    answered(client, server, request, "/attachments/label.txt")
    for _turn in range(3):
        deliver()
    assert files() == [("label.txt", LABEL)]
    assert [each.headers["authorization"][:6] for each in zendesk.fetched] == ["Basic "]
    link = new_link(request)
    db.session.commit()
    client.post(re.sub(r"^https?://[^/]+", "", link))
    shown = client.get(f"/en/requests/{request.reference}").text
    [address] = re.findall(r'href="(/en/requests/[^"]+/files/[^"]+)"', shown)
    assert client.get(address).data == LABEL


def test_what_opens_the_desk_goes_nowhere_else_and_not_where_it_leads(
    client: FlaskClient,
    zendesk: FakeZendesk,
    server: Program,
    elsewhere: Program,
    ask: Ask,
) -> None:
    request = ask()
    deliver()
    zendesk.files["/attachments/label.txt"] = Says(
        302, b"", {"Location": elsewhere.url + "/it?token=1"}
    )
    answered(client, server, request, "/attachments/label.txt")
    deliver()
    deliver()
    assert (files(), elsewhere.heard) == ([("label.txt", None)], []), "not where it keeps files"
    storage = {DeskKind.ZENDESK: (Storage(re.compile(r"127\.0\.0\.1")),)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(downloading, "STORAGES", storage)
        answered(client, server, request, "/attachments/label.txt", number=8)
        deliver()
        deliver()
    assert files()[1] == ("label.txt", LABEL)
    assert [each.path for each in elsewhere.heard] == ["/it?token=1"]
    assert "authorization" not in elsewhere.heard[0].headers


def test_a_desk_that_is_down_keeps_its_files_until_it_is_back(
    client: FlaskClient, zendesk: FakeZendesk, server: Program, sign_in: SignIn, ask: Ask
) -> None:
    request = ask()
    deliver()
    zendesk.files |= {"/a/one.txt": Says(200, LABEL), "/a/two.txt": Says(503)}
    answered(client, server, request, "/a/one.txt", "/a/two.txt", "/a/gone.txt")
    zendesk.files["/a/gone.txt"] = Says(410)
    deliver()
    assert files() == [("one.txt", LABEL), ("two.txt", None), ("gone.txt", None)]
    page = sign_in(RoleName.WRITER).get(f"/studio/requests/{request.reference}").text
    assert "The file two.txt could not be fetched." in page
    assert f'href="{desk().address}/agent/tickets/4711" target="_blank"' in page
    zendesk.files["/a/two.txt"] = Says(200, b"Two\n")
    pass_time(timedelta(hours=1))
    deliver()
    assert files() == [("one.txt", LABEL), ("two.txt", b"Two\n"), ("gone.txt", None)]
    assert len([each for each in zendesk.fetched if each.path == "/a/one.txt"]) == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        ("tool.zip", Says(200, b"PK\x03\x04")),
        ("label.pdf", Says(200, b"no PDF")),
        ("log.txt", Says(200, b"<html>Sign in", {"Content-Type": "text/html; charset=utf-8"})),
        ("huge.txt", Says(200, b"x" * 20_000_001)),
        ("loop.txt", Says(302, b"", {"Location": "/a/loop.txt"})),
    ],
)
def test_what_may_not_come_in_is_named_and_never_asked_for_again(
    client: FlaskClient,
    zendesk: FakeZendesk,
    server: Program,
    ask: Ask,
    spoilt: tuple[str, Says],
) -> None:
    name, says = spoilt
    request = ask()
    deliver()
    zendesk.files[f"/a/{name}"] = says
    answered(client, server, request, f"/a/{name}")
    deliver()
    asked = len(zendesk.fetched)
    pass_time(timedelta(days=1))
    deliver()
    assert files() == [(name, None)]
    assert 0 < len(zendesk.fetched) == asked


def test_the_customer_reads_what_is_on_its_way_and_what_could_not_be_had(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    named = [{"name": "label.pdf", "url": "https://files.example/label.pdf"}]
    tell(client, crm, event="answer", reference=request.reference, id="1", text="", files=named)
    link = new_link(request)
    db.session.commit()
    client.post(re.sub(r"^https?://[^/]+", "", link))
    page = f"/en/requests/{request.reference}"
    assert "on its way: load this page again" in client.get(page).text
    deliver()
    shown = client.get(page).text
    assert "This file could not be brought here" in shown
    assert "/label.pdf" not in shown
    about = {"help-desk-files", "help-desk"}
    held = next(
        each
        for each in holdings(db.session(), Person(email=request.email))
        if each.model is Delivery
    )
    kinds = db.session.scalars(select(Delivery.kind).where(Delivery.id.in_(held.ids)))
    assert set(kinds) == about, "erased with its customer"


def test_a_file_of_a_note_of_the_desk_stays_with_the_staff(
    client: FlaskClient, crm: str, ask: Ask
) -> None:
    request = ask()
    named = [{"name": "invoice.txt", "url": f"{desk().address}/invoice.txt"}]
    tell(client, crm, event="note", reference=request.reference, id="1", text="Hm.", files=named)
    link = new_link(request)
    db.session.commit()
    client.post(re.sub(r"^https?://[^/]+", "", link))
    assert "invoice" not in client.get(f"/en/requests/{request.reference}").text


def test_freshdesk_is_asked_for_the_files_of_what_it_tells_by_its_words(
    client: FlaskClient, server: Program, ask: Ask
) -> None:
    fake = server.answering = FakeFreshdesk()
    _kept, secret = connect(Wish(DeskKind.FRESHDESK, address=server.url, key=KEY))
    request = ask()
    deliver()
    fake.files["/helpdesk/attachments/9"] = LABEL
    attached = {"name": "label.txt", "attachment_url": f"{server.url}/helpdesk/attachments/9"}
    fake.notes += [
        {"id": 3, "body": "Another answer."},
        {"id": 4, "body": "Your  label.", "attachments": [attached]},
    ]
    what = {"event": "answer", "ticket": "12", "text": "Ines : Your label."}
    sent = {"Authorization": f"Bearer {secret}"}
    assert post(client, json.dumps(what).encode(), sent)[1] == {"became": ["taken"]}
    deliver()
    deliver()
    assert files() == [("label.txt", LABEL)]
    assert request.external_reference == "12"


def test_zammad_names_its_files_itself_and_they_come_from_the_address_that_is_known(
    client: FlaskClient, server: Program, ask: Ask
) -> None:
    fake = server.answering = FakeZammad()
    _kept, secret = connect(Wish(DeskKind.ZAMMAD, address=server.url, key=KEY))
    request = ask()
    deliver()
    fake.files["/api/v1/ticket_attachment/33/104/174"] = LABEL
    attached = [
        {"filename": "label.txt", "size": "14", "url": "https://public.example/api/v1/ticket_attachment/33/104/174"},
        {"filename": "message.html", "size": "900", "preferences": {"original-format": True}},
        {"filename": "logo.png", "size": "900", "preferences": {"Content-Disposition": "inline"}},
    ]  # fmt: skip
    what = {
        "ticket": {"id": 33, "title": f"[{request.reference}] The lamp"},
        "article": {"id": 104, "body": "Your label.", "sender": "Agent", "attachments": attached},
    }
    sent = {"Authorization": f"Bearer {secret}"}
    assert post(client, json.dumps(what).encode(), sent)[1] == {"became": ["taken"]}
    assert files() == [("label.txt", None)]
    deliver()
    assert files() == [("label.txt", LABEL)]


FETCHED = (
    (DeskKind.ZENDESK, "https://clairson.zendesk.com/attachments/token/x/?name=a.pdf"),
    (DeskKind.ZENDESK, "https://p18.zdusercontent.com/attachment/1/x?token=y"),
    (DeskKind.FRESHDESK, "https://s3.amazonaws.com/cdn.freshdesk.com/data/x?X-Amz-Signature=y"),
    (DeskKind.FRESHDESK, "https://s3.eu-central-1.amazonaws.com/euc-cdn.freshdesk.com/data/x"),
    (DeskKind.FRESHDESK, "https://eucattachment.freshdesk.com/inline/attachment?token=x"),
)  # fmt: skip
NOT_FETCHED = (
    (DeskKind.ZENDESK, "https://zdusercontent.com.evil.example/x"),
    (DeskKind.ZENDESK, "https://evilzdusercontent.com/x"),
    (DeskKind.ZENDESK, "https://other.zendesk.com/attachments/x"),
    (DeskKind.ZENDESK, "http://clairson.zendesk.com/attachments/x"),
    (DeskKind.ZENDESK, "https://clairson.zendesk.com:8443/x"),
    (DeskKind.ZENDESK, "https://clairson.zendesk.com@evil.example/x"),
    (DeskKind.FRESHDESK, "https://s3.amazonaws.com/evil/cdn.freshdesk.com/x"),
    (DeskKind.FRESHDESK, "https://evil.s3.amazonaws.com/cdn.freshdesk.com/x"),
    (DeskKind.ZAMMAD, "https://p18.zdusercontent.com/attachment/1"),
    (DeskKind.WEBHOOK, "file:///etc/passwd"),
)  # fmt: skip


def test_only_the_desk_and_its_maker_s_storage_are_asked(app: Flask) -> None:
    for kind, address in FETCHED:
        source = Source(kind, "https://clairson.zendesk.com", {})
        assert checked(source, address).url == address
    for kind, address in NOT_FETCHED:
        source = Source(kind, "https://clairson.zendesk.com", {})
        with pytest.raises(NotFetched):
            pytest.fail(f"asked: {checked(source, address).url}")


def test_a_machine_of_the_own_network_that_nobody_named_is_not_asked(
    app: Flask, elsewhere: Program
) -> None:
    source = Source(DeskKind.WEBHOOK, "https://crm.clairson.example", {})
    with pytest.raises(NotFetched):
        download(source, elsewhere.url + "/a.txt")
    assert elsewhere.heard == []


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["name", "url", "filename", "size", "preferences"]), part, max_size=3)))  # fmt: skip
def test_whatever_a_desk_calls_files_is_read_or_left_out(named: object) -> None:
    [told] = read({"event": "answer", "ticket": "1", "text": "Hm.", "files": named})
    assert (told.files is None) == (not isinstance(named, list))
