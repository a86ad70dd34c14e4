"""Claims about files that come with a request: taken, limited, sent, read by their people, forgotten."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from feedback.contact import limits
from feedback.requests.files import inspecting
from feedback.requests.files import keeping as files
from feedback.requests.models import ContactRequest, RequestFile
from kb.accounts.models import RoleName
from kb.db import db, utc_now
from tests.feedback.browsers import BY_FORM, BY_SCRIPT, ELSEWHERE
from tests.feedback.contact.test_views import CONTACT, LETTER, kept, only

KEY = re.compile(r'name="file" value="([0-9a-f]{32})"')


def picture(colour: str = "red") -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(drawn, "PNG")
    return drawn.getvalue()


def upload(
    client: FlaskClient,
    content: bytes | None = None,
    name: str = "lamp.png",
    headers: dict[str, str] = BY_SCRIPT,
) -> TestResponse:
    data = {"file": (io.BytesIO(picture() if content is None else content), name)}
    return client.post(f"{CONTACT}/files", data=data, headers=headers)


def key_of(answer: TestResponse) -> str:
    found = KEY.search(answer.text)
    assert found, answer.text
    return found[1]


def send(client: FlaskClient, *keys: str, **more: object) -> TestResponse:
    data = {**LETTER, "file": list(keys), **more}
    return client.post(CONTACT, data=data, headers=BY_FORM)


def contents() -> list[Path]:
    return [each for each in files.folder().glob("*/*") if each.is_file()]


def test_a_file_is_taken_while_one_writes_and_goes_with_the_request(client: FlaskClient) -> None:
    answer = upload(client)
    assert answer.status_code == 201
    assert only(RequestFile).request_id is None
    sent = send(client, key_of(answer))
    assert sent.status_code == 303
    file = only(RequestFile)
    assert (file.request_id, file.message_id) == (only(ContactRequest).id, None)
    assert "lamp.png" in client.get(sent.location, headers=BY_FORM).text


def test_without_scripts_files_come_with_the_message_and_stay_when_something_is_wrong(
    client: FlaskClient,
) -> None:
    chosen = [(io.BytesIO(picture()), "one.png"), (io.BytesIO(b"Serial: 7"), "two.txt")]
    page = send(client, email="nobody", attachment=chosen)
    assert page.status_code == 422
    assert LETTER["message"] in page.text
    keys = KEY.findall(page.text)
    assert len(keys) == 2
    assert send(client, *keys).status_code == 303
    assert [each.request_id for each in kept(RequestFile)] == [only(ContactRequest).id] * 2


def test_without_scripts_a_file_is_taken_back_and_nothing_else(client: FlaskClient) -> None:
    keys = [key_of(upload(client, name=name)) for name in ("one.png", "two.png")]
    page = send(client, *keys, remove=keys[0])
    assert page.status_code == 200
    assert KEY.findall(page.text) == [keys[1]]
    assert LETTER["message"] in page.text
    assert kept(ContactRequest) == []


def test_a_file_that_is_not_taken_is_named_with_what_to_do_and_the_others_stay(
    client: FlaskClient,
) -> None:
    chosen = [(io.BytesIO(b"PK\5\6"), "all.zip"), (io.BytesIO(picture()), "one.png")]
    page = send(client, attachment=chosen)
    assert page.status_code == 422
    assert "“all.zip” is an archive" in page.text
    assert len(KEY.findall(page.text)) == 1
    assert kept(ContactRequest) == []


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"<script>alert(1)</script>", "a.html", 422),
        (b"", "a.txt", 422),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    client: FlaskClient, content: bytes, name: str, status: int
) -> None:
    answer = upload(client, content, name)
    assert answer.status_code == status
    assert answer.mimetype == "text/plain"
    assert kept(RequestFile) == []
    assert contents() == []


def test_a_form_larger_than_the_site_takes_says_how_to_find_its_words(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setitem(app.extensions["kb_room_for_files"], "contact.send", 2_000)
    page = send(client, message="x" * 3_000)
    assert page.status_code == 413
    assert "what you wrote is still there" in page.text


def test_a_file_larger_than_the_site_reads_is_refused_in_words(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    rooms = app.extensions["kb_room_for_files"]
    monkeypatch.setitem(rooms, "uploads_of_customers.upload", 2_000)
    answer = upload(client, b"x" * 3_000, "a.txt")
    assert (answer.status_code, answer.mimetype) == (413, "text/plain")


def test_elsewhere_a_request_ends_at_a_megabyte(client: FlaskClient) -> None:
    answer = client.post(
        f"{CONTACT}/suggestions", data={"message": "x" * 1_100_000}, headers=BY_SCRIPT
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("headers", ELSEWHERE)
def test_another_site_sends_no_files(client: FlaskClient, headers: dict[str, str]) -> None:
    assert upload(client, headers=headers).status_code == 403
    assert kept(RequestFile) == []


def test_files_have_limits_by_number_and_by_bytes(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILES_PER_VISITOR", ((2, limits.HOUR),))
    codes = [upload(client).status_code for _ in range(3)]
    assert codes == [201, 201, 429]
    monkeypatch.setattr(limits, "FILES_PER_VISITOR", ((20, limits.HOUR),))
    monkeypatch.setattr(limits, "BYTES_PER_ORIGIN", 3 * len(picture()))
    codes = [upload(client).status_code for _ in range(2)]
    assert codes == [201, 429]
    assert "Send your message without it" in upload(client).text


def test_strangers_do_not_fill_the_disk(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_UNSENT_BYTES", len(picture()))
    assert [upload(client).status_code for _ in range(2)] == [201, 503]


def test_one_message_has_so_many_files_and_the_others_are_named(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [key_of(upload(client, name=f"{n}.png")) for n in range(inspecting.MAX_FILES + 1)]
    page = send(client, *keys)
    assert page.status_code == 422
    assert f"“{inspecting.MAX_FILES}.png” was left out" in page.text
    assert send(client, *KEY.findall(page.text)).status_code == 303
    attached = [each for each in kept(RequestFile) if each.request_id]
    assert len(attached) == inspecting.MAX_FILES


def test_programs_send_no_files(client: FlaskClient) -> None:
    page = send(client, website="spam", attachment=[(io.BytesIO(picture()), "one.png")])
    assert page.status_code == 303
    robot = BY_SCRIPT | {"User-Agent": "curl/8.1"}
    assert upload(client, headers=robot).status_code == 503
    assert kept(RequestFile) == []


def test_a_file_is_taken_back_before_it_is_sent_and_never_after(client: FlaskClient) -> None:
    first, second = key_of(upload(client)), key_of(upload(client))
    client.post(f"{CONTACT}/files/{first}/remove", headers=BY_SCRIPT)
    send(client, second)
    client.post(f"{CONTACT}/files/{second}/remove", headers=BY_SCRIPT)
    assert only(RequestFile).key == second
    assert [each.name for each in contents()] == [second]


def test_a_form_opened_again_finds_the_files_that_still_wait(client: FlaskClient) -> None:
    sent, waits = key_of(upload(client)), key_of(upload(client))
    send(client, sent)
    answer = client.post(
        f"{CONTACT}/files/waiting", data={"file": [sent, waits, "0" * 32]}, headers=BY_SCRIPT
    )
    assert KEY.findall(answer.text) == [waits]


def test_a_request_takes_no_file_of_another_request(client: FlaskClient) -> None:
    key = key_of(upload(client))
    send(client, key)
    send(client, key, message="Another")
    first, _second = kept(ContactRequest)
    assert only(RequestFile).request_id == first.id


# Reading


def sent_file(client: FlaskClient, content: bytes | None = None, name: str = "lamp.png") -> str:
    send(client, key_of(upload(client, content, name)))
    return files.address(only(RequestFile))


def test_the_browser_that_wrote_reads_its_files_and_no_other_one(
    app: Flask, client: FlaskClient
) -> None:
    address = sent_file(client)
    assert client.get(address, headers=BY_FORM).data == picture()
    assert app.test_client().get(address, headers=BY_FORM).status_code == 404


@pytest.mark.parametrize(("role", "status"), [(RoleName.WRITER, 200), (None, 404)])
def test_staff_who_answer_read_the_files(
    client: FlaskClient,
    sign_in: Callable[[RoleName], FlaskClient],
    role: RoleName | None,
    status: int,
) -> None:
    address = sent_file(client)
    reader = sign_in(role) if role else client.application.test_client()
    assert reader.get(address).status_code == status


@pytest.mark.parametrize(
    ("content", "name", "disposition"),
    [(None, "lamp.png", "inline"), (b"%PDF-1.7", "a.pdf", "attachment"), (b"<b>", "a.txt", "attachment")],
)  # fmt: skip
def test_only_pictures_are_shown_and_nothing_runs(
    client: FlaskClient, content: bytes | None, name: str, disposition: str
) -> None:
    answer = client.get(sent_file(client, content, name), headers=BY_FORM)
    assert answer.headers["Content-Disposition"].startswith(disposition)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_file_that_was_not_sent_is_read_by_nobody(
    client: FlaskClient, sign_in: Callable[[RoleName], FlaskClient]
) -> None:
    key = key_of(upload(client))
    send(client)
    reference = only(ContactRequest).reference
    reader = sign_in(RoleName.ADMIN)
    assert reader.get(f"/en/requests/{reference}/files/{key}/lamp.png").status_code == 404


def test_a_file_of_another_request_is_not_found_through_one_s_own(client: FlaskClient) -> None:
    address = sent_file(client)
    send(client, message="Another")
    first, second = (each.reference for each in kept(ContactRequest))
    assert client.get(address.replace(first, second), headers=BY_FORM).status_code == 404


# Forgetting


def test_what_is_not_sent_is_erased_after_a_day_and_what_is_sent_stays(any_app: Flask) -> None:
    session, now = db.session(), utc_now()
    old = now - timedelta(days=1, minutes=1)
    request = ContactRequest(reference="K7MQ-4XTP", locale="en", subject="s", message="m")
    session.add(request)
    session.flush()
    files.keep_file(session, picture(), "old.png", at=old)
    fresh = files.keep_file(session, picture("blue"), "fresh.png", at=now)
    sent = files.keep_file(session, picture("green"), "sent.png", request_id=request.id, at=old)
    fresh_key, sent_key = fresh.key, sent.key
    session.commit()
    files.forget_unsent(now)
    assert set(session.scalars(select(RequestFile.name))) == {"fresh.png", "sent.png"}
    session.delete(request)
    session.commit()
    files.forget_unsent(now + timedelta(hours=1))
    assert {each.name for each in contents()} >= {fresh_key}
    files.forget_unsent(now + timedelta(days=2))
    assert contents() == []
    assert not files.path_of(sent_key).exists()
