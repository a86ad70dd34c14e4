"""Claims about codes of an app, recovery codes, and who must have a second factor."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from kb.accounts import lockout, people, second_factor
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db
from tests.conftest import PASSWORD
from tests.kb.accounts.conftest import LEA, Enter, acts, letters, person, sign_in_form

STEP = timedelta(seconds=30)


class Telephone:
    """An app that makes codes, one step further for each that is asked for."""

    def __init__(self, page: str) -> None:
        secret = re.search(r'<code class="secret"[^>]*>([^<]+)<', page)
        hidden = re.search(r'name="secret" value="([^"]+)"', page)
        assert secret
        assert hidden
        self.hidden = hidden[1]
        self._app = pyotp.TOTP(secret[1].replace("-", "").replace(" ", ""))
        self._at = datetime.now(UTC) - STEP

    def code(self) -> str:
        """Return the next code; two in a row are both taken, as clocks may be off by one."""
        self._at += STEP
        return str(self._app.at(self._at))


def set_up(client: FlaskClient) -> tuple[Telephone, list[str]]:
    telephone = Telephone(client.get("/studio/account/second-factor").text)
    answer = client.post(
        "/studio/account/second-factor",
        data={"secret": telephone.hidden, "code": telephone.code()},
    )
    assert answer.status_code == 200
    return telephone, re.findall(r"<li><code>([^<]+)</code>", answer.text)


def after_password(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert sign_in_form(client).location == "/studio/sign-in/code?next=/studio/"
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/studio/account").status_code == 200


def test_the_password_alone_lets_nobody_in_then(app: Flask, enter: Enter) -> None:
    telephone, _ = set_up(enter())
    client = after_password(app)
    assert not is_in(client)
    assert client.post("/studio/sign-in/code", data={"code": telephone.code()}).status_code == 302
    assert is_in(client)


def test_no_code_is_taken_twice(app: Flask, enter: Enter) -> None:
    telephone, _ = set_up(enter())
    code = telephone.code()
    first, second = after_password(app), after_password(app)
    assert first.post("/studio/sign-in/code", data={"code": code}).status_code == 302
    assert second.post("/studio/sign-in/code", data={"code": code}).status_code == 200
    assert not is_in(second)


def test_the_code_that_set_it_up_is_used_too(app: Flask, enter: Enter) -> None:
    client = enter()
    telephone = Telephone(client.get("/studio/account/second-factor").text)
    code = telephone.code()
    client.post("/studio/account/second-factor", data={"secret": telephone.hidden, "code": code})
    assert after_password(app).post("/studio/sign-in/code", data={"code": code}).status_code == 200


def test_a_wrong_code_keeps_the_picture_that_was_scanned(enter: Enter) -> None:
    client = enter()
    page = client.get("/studio/account/second-factor").text
    telephone = Telephone(page)
    again = client.post(
        "/studio/account/second-factor", data={"secret": telephone.hidden, "code": "000000"}
    ).text
    picture = re.compile(r'src="(data:image/svg[^"]+)"')
    assert picture.findall(again) == picture.findall(page)
    assert not second_factor.has_app(person())


def test_codes_are_guessed_ten_times_and_no_more(app: Flask, enter: Enter) -> None:
    telephone, _ = set_up(enter())
    client = after_password(app)
    for _ in range(lockout.REFUSALS_BEFORE_LOCK):
        client.post("/studio/sign-in/code", data={"code": "000000"})
    assert person().is_closed_for_now
    client.post("/studio/sign-in/code", data={"code": telephone.code()})
    assert not is_in(client)


def test_a_recovery_code_lets_in_once_however_it_is_typed(app: Flask, enter: Enter) -> None:
    _, codes = set_up(enter())
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    typed = f" {codes[0].upper().replace('-', ' ')}"
    client = after_password(app)
    assert client.post("/studio/sign-in/recovery-code", data={"code": typed}).status_code == 302
    assert is_in(client)
    again = after_password(app)
    again.post("/studio/sign-in/recovery-code", data={"code": codes[0]})
    assert not is_in(again)


def test_a_recovery_code_lets_only_one_of_two_requests_in(app: Flask, enter: Enter) -> None:
    _, codes = set_up(enter())
    kept, first = list(person().mf_recovery_codes or []), second_factor.digest_of(codes[0])
    late, waiting = after_password(app), [kept[1:2], [each for each in kept if each != first]]

    def before(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        """Let somebody else be quicker, between the look at the codes and the taking of one."""
        if statement.startswith("UPDATE") and "mf_recovery_codes" in statement and waiting:
            left = waiting.pop()
            with db.engine.begin() as other:
                other.execute(update(User).values(mf_recovery_codes=left))

    event.listen(db.engine, "before_cursor_execute", before)
    try:
        late.post("/studio/sign-in/recovery-code", data={"code": codes[0]})
        assert not is_in(late)
    finally:
        event.remove(db.engine, "before_cursor_execute", before)
    assert first not in (person().mf_recovery_codes or [])


def test_recovery_codes_are_shown_once_and_kept_as_digests(enter: Enter) -> None:
    client = enter()
    _, codes = set_up(client)
    kept = person().mf_recovery_codes or []
    assert not any(code in str(kept) for code in codes)
    assert not any(
        code in client.get(page).text
        for page in ("/studio/account", "/studio/account/second-factor")
        for code in codes
    )


def test_new_recovery_codes_end_the_old_ones(app: Flask, enter: Enter) -> None:
    client = enter()
    _, old = set_up(client)
    page = client.post("/studio/account/recovery-codes").text
    new = re.findall(r"<li><code>([^<]+)</code>", page)
    late = after_password(app)
    late.post("/studio/sign-in/recovery-code", data={"code": old[0]})
    assert not is_in(late)
    late.post("/studio/sign-in/recovery-code", data={"code": new[0]})
    assert is_in(late)


def test_wrong_recovery_codes_count_like_wrong_passwords(app: Flask, enter: Enter) -> None:
    set_up(enter())
    after_password(app).post("/studio/sign-in/recovery-code", data={"code": "aaaa-bbbb-cccc"})
    assert person().refusals == 1


def test_the_secret_of_an_app_is_hidden_in_the_database(enter: Enter) -> None:
    client = enter()
    page = client.get("/studio/account/second-factor").text
    telephone = Telephone(page)
    client.post(
        "/studio/account/second-factor",
        data={"secret": telephone.hidden, "code": telephone.code()},
    )
    assert telephone._app.secret not in (person().tf_totp_secret or "")
    assert telephone._app.secret not in telephone.hidden


def test_nobody_sets_up_an_app_with_the_secret_of_somebody_else(enter: Enter) -> None:
    add_user("max@clairson.example", PASSWORD, None)
    telephone = Telephone(enter("max@clairson.example").get("/studio/account/second-factor").text)
    answer = enter().post(
        "/studio/account/second-factor",
        data={"secret": telephone.hidden, "code": telephone.code()},
    )
    assert answer.status_code == 403
    assert not second_factor.has_app(person())


def test_an_old_sign_in_is_asked_again_before_the_second_factor_changes(enter: Enter) -> None:
    client = enter()
    with client.session_transaction() as session:
        session["fs_paa"] -= 7200
    asked = client.get("/studio/account/second-factor")
    assert asked.location == "/studio/account/confirm?next=/studio/account/second-factor"
    wrong = client.post(asked.location, data={"password": "wrong wrong wrong"})
    assert (wrong.status_code, person().refusals) == (200, 1)
    right = client.post(asked.location, data={"password": PASSWORD})
    assert right.location.endswith("/studio/account/second-factor")
    assert client.get(right.location).status_code == 200


def test_what_was_sent_by_an_old_sign_in_leads_back_to_its_page(enter: Enter) -> None:
    client = enter()
    set_up(client)
    with client.session_transaction() as session:
        session["fs_paa"] -= 7200
        session.pop("fs_gexp", None)
    page = "http://localhost/studio/account"
    asked = client.post("/studio/account/second-factor/remove", headers={"Referer": page})
    assert asked.location == f"/studio/account/confirm?next={page}"
    assert second_factor.has_app(person())


def test_an_administrator_takes_a_lost_second_factor_away(
    enter: Enter, noor: FlaskClient, app: Flask
) -> None:
    set_up(enter())
    noor.post(f"/studio/people/{person().id}/remove-second-factor")
    assert sign_in_form(app.test_client()).location == "/studio/"
    assert "second-factor.removed" in acts()
    assert len(letters()) == 2  # set, and removed


def test_no_page_of_the_library_shows_or_weakens_the_second_factor(enter: Enter) -> None:
    client = enter()
    found = {
        rule.rule: client.get(rule.rule).status_code
        for rule in client.application.url_map.iter_rules()
        if "not-offered" in rule.rule and "GET" in (rule.methods or ()) and not rule.arguments
    }
    assert len(found) == 3
    assert set(found.values()) == {404}


class TestWhereItIsRequired:
    """With KB_SECOND_FACTOR=required."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"second_factor": "required"})

    def test_every_page_leads_to_setting_one_up_first(self, enter: Enter) -> None:
        client = enter()
        for page in ("/studio/", "/studio/account", "/studio/articles"):
            assert client.get(page).location == "/studio/account/second-factor"
        set_up(client)
        assert is_in(client)

    def test_customers_need_none(self, enter: Enter) -> None:
        people.set_role(person(), None)
        assert is_in(enter())

    def test_who_becomes_a_writer_needs_one_from_then_on(self, enter: Enter) -> None:
        people.set_role(person(), None)
        client = enter()
        people.set_role(person(LEA), RoleName.WRITER)
        db.session.remove()
        assert client.get("/studio/account").location == "/studio/account/second-factor"

    def test_signing_out_is_always_open(self, enter: Enter) -> None:
        client = enter()
        assert client.post("/studio/sign-out").location == "/studio/sign-in"
