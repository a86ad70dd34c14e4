"""Claims about sign-in through a provider: a real one, run on loopback by the tests."""

import re
import time
import warnings
from collections.abc import Callable, Iterator
from html import unescape
from typing import cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer
from werkzeug.test import TestResponse

from kb.accounts import people
from kb.accounts.models import Identity, RoleName, User
from kb.accounts.oidc.leaving import EVENT
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db
from tests.conftest import PASSWORD
from tests.kb.accounts.conftest import KIM, LEA, acts, person

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what the provider is made of
    import oidc_provider_mock

# The provider uses names of Authlib that will go; its threads are ours while the tests run.
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")

ENDED = "/openid/signed-out"
ROLES = {"writers": "writer", "leads": "lead", "boss": "admin"}


@pytest.fixture(scope="session")
def _server() -> Iterator[BaseWSGIServer]:
    with oidc_provider_mock.run_server_in_thread() as server:
        yield server


@pytest.fixture(scope="session")
def provider(_server: BaseWSGIServer) -> str:
    """Address of a provider that knows nobody yet."""
    return f"http://localhost:{_server.server_port}"


@pytest.fixture
def signed(_server: BaseWSGIServer, provider: str) -> Callable[..., str]:
    """Return a function that signs a message about a sign-out as the provider would."""
    own = _key_of(cast("Flask", _server.app))

    def sign(*without: str, key: RSAKey = own, **more: object) -> str:
        now = int(time.time())
        said = {"iss": provider, "aud": "kb", "iat": now, "exp": now + 120, "jti": "1"}
        claims = {**said, "sub": "kim", "events": {EVENT: {}}, **more}
        held = {name: value for name, value in claims.items() if name not in without}
        return jwt.encode({"alg": "RS256", "typ": "logout+jwt", "kid": own.kid}, held, key)

    return sign


def _key_of(provider: Flask) -> RSAKey:
    with provider.test_request_context():
        provider.preprocess_request()
        return RSAKey.import_key(dict(g.oidc_provider_mock_storage.jwk.as_dict(is_private=True)))


@pytest.fixture
def settings(settings: Settings, provider: str) -> Settings:
    return settings.model_copy(
        update={
            "oidc_issuer": provider,
            "oidc_client_id": "kb",
            "oidc_client_secret": "a secret of both",
            "oidc_name": "Company ID",
            "oidc_role_claim": "access.roles",
            "oidc_roles": ROLES,
        }
    )


Claims = dict[str, object]


@pytest.fixture(autouse=True)
def known(provider: str) -> Callable[..., None]:
    """Return a function that tells the provider what it knows of somebody."""

    def tell(subject: str = "kim", email: str = KIM, **claims: object) -> None:
        said: Claims = {"email": email, "email_verified": True, "name": "Kim", **claims}
        httpx.put(f"{provider}/users/{subject}", json=said).raise_for_status()

    tell(access={"roles": ["writers"]})
    return tell


def depart(client: FlaskClient, path: str = "/studio/sign-in/provider") -> str:
    """Return the address of the provider that somebody is sent to."""
    answer = client.get(path)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def prove(address: str, subject: str = "kim") -> str:
    """Sign in at the provider; return the path and query that it sends back to."""
    answer = httpx.post(address, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def arrive(client: FlaskClient, subject: str = "kim") -> TestResponse:
    return client.get(prove(depart(client), subject), headers={"Accept-Language": "en"})


def is_in(client: FlaskClient) -> bool:
    return client.get("/studio/account").status_code == 200


def test_whoever_comes_first_gets_an_account_with_the_role_of_the_claim(
    client: FlaskClient,
) -> None:
    assert arrive(client).location == "/studio/"
    assert is_in(client)
    user = person(KIM)
    assert (user.name, user.password, people.role_of(user)) == ("Kim", None, RoleName.WRITER)


def test_the_role_follows_the_claim_at_each_sign_in(
    app: Flask, client: FlaskClient, known: Callable[..., None]
) -> None:
    arrive(client)
    known(access={"roles": ["leads", "something else"]})
    arrive(app.test_client())
    assert people.role_of(person(KIM)) is RoleName.LEAD
    known(access={"roles": []})
    late = app.test_client()
    assert arrive(late).location == "/studio/account"
    assert people.role_of(person(KIM)) is None
    assert not is_in(client), "with less to do, the sign-ins before end"


def test_the_only_administrator_stays_one(
    client: FlaskClient, app: Flask, known: Callable[..., None]
) -> None:
    known(access={"roles": "boss"})
    arrive(client)
    known(access={})
    arrive(app.test_client())
    assert people.role_of(person(KIM)) is RoleName.ADMIN
    assert "account.role-kept" in acts()


def test_an_account_is_linked_by_a_verified_address(
    client: FlaskClient, known: Callable[..., None]
) -> None:
    known(email=LEA.upper(), access={"roles": ["leads"]})
    arrive(client)
    assert db.session.scalar(select(Identity.user_id)) == person(LEA).id
    assert people.role_of(person(LEA)) is RoleName.LEAD
    assert "account.linked" in acts()


def test_an_address_that_is_not_verified_links_to_nobody(
    client: FlaskClient, known: Callable[..., None]
) -> None:
    for verified in (False, None, "no", 0):
        known(email=LEA, email_verified=verified)
        answer = arrive(client)
        assert (answer.status_code, is_in(client)) == (403, False)
        assert "verified" in answer.text
    assert db.session.scalar(select(Identity.id)) is None


def test_who_is_known_comes_in_whatever_their_address_is_now(
    client: FlaskClient, app: Flask, known: Callable[..., None]
) -> None:
    arrive(client)
    known(email=LEA, email_verified=True)
    late = app.test_client()
    arrive(late)
    assert KIM in late.get("/studio/account").text


def test_a_closed_account_stays_closed(client: FlaskClient, app: Flask) -> None:
    arrive(client)
    people.close(person(KIM))
    late = app.test_client()
    assert arrive(late).status_code == 403
    assert not is_in(late)


def test_another_state_is_refused(client: FlaskClient) -> None:
    path = prove(depart(client))
    assert client.get(f"{path}x").status_code == 403
    assert not is_in(client)


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    client: FlaskClient, app: Flask
) -> None:
    path = prove(depart(client))
    victim = app.test_client()
    assert victim.get(path).status_code == 403
    assert not is_in(victim)


def test_an_answer_is_taken_once(client: FlaskClient) -> None:
    path = prove(depart(client))
    client.get(path)
    client.post("/studio/sign-out")
    assert client.get(path).status_code == 403


def test_a_token_for_another_question_proves_nothing(client: FlaskClient) -> None:
    path = prove(depart(client))
    with client.session_transaction() as session:
        session["oidc"] = {**session["oidc"], "nonce": "x" * 48}
    answer = client.get(path)
    assert answer.status_code == 403
    assert not is_in(client)


def test_the_question_carries_what_proves_the_answer(client: FlaskClient) -> None:
    asked = parse_qs(urlsplit(depart(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid email profile"]
    assert asked["redirect_uri"] == ["http://localhost/studio/sign-in/provider/back"]
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == 32
    assert len(asked["code_challenge"][0]) == 43


def test_a_refusal_of_the_provider_is_said(client: FlaskClient) -> None:
    state = parse_qs(urlsplit(depart(client)).query)["state"][0]
    answer = client.get(f"/studio/sign-in/provider/back?error=access_denied&state={state}")
    assert (answer.status_code, "Company ID" in answer.text) == (403, True)


def test_the_sign_in_leads_to_the_page_that_was_asked_for(client: FlaskClient) -> None:
    address = depart(client, "/studio/sign-in/provider?next=/studio/account/sign-ins")
    assert client.get(prove(address)).location == "/studio/account/sign-ins"


def test_no_sign_in_leads_to_another_site(client: FlaskClient) -> None:
    address = depart(client, "/studio/sign-in/provider?next=https://evil.example/")
    assert client.get(prove(address)).location == "/studio/"


def test_who_came_by_the_provider_confirms_by_it(client: FlaskClient) -> None:
    arrive(client)
    with client.session_transaction() as session:
        session["fs_paa"] -= 7200
    asked = client.get("/studio/account/second-factor").location
    assert "/studio/sign-in/provider?next=" in client.get(asked).text
    back = prove(depart(client, "/studio/sign-in/provider?next=/studio/account/second-factor"))
    assert client.get(back).location == "/studio/account/second-factor"
    assert client.get("/studio/account/second-factor").status_code == 200


def test_somebody_else_cannot_confirm(client: FlaskClient, known: Callable[..., None]) -> None:
    known("max", "max@clairson.example")
    arrive(client)
    with client.session_transaction() as session:
        session["fs_paa"] -= 7200
    back = prove(depart(client), "max")
    assert client.get(back).status_code == 403
    assert client.get("/studio/account/second-factor").status_code == 302


def test_signing_out_here_leads_on_to_sign_out_there_and_back(
    client: FlaskClient, provider: str
) -> None:
    arrive(client)
    assert client.post("/studio/sign-out").location == "/studio/sign-in/provider/leave"
    assert not is_in(client)
    page = client.get("/studio/sign-in/provider/leave")
    address = unescape(re.findall(r'content="0; url=([^"]+)"', page.text)[0])
    said = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider}/oauth2/end_session?")
    assert said["client_id"] == ["kb"]
    assert said["id_token_hint"][0].count(".") == 2
    there = httpx.get(address)
    back = re.findall(r'name="redirect_uri"[^>]*value="([^"]+)"', there.text)
    ended = httpx.post(f"{provider}/oauth2/end_session/confirm", data={"redirect_uri": back[0]})
    assert ended.headers["location"].startswith("http://localhost/studio/sign-in?")
    assert client.get_cookie("kb_sign_out_hint", path="/studio/sign-in/provider") is None


def test_nobody_is_led_to_the_provider_by_the_address_of_that_page_alone(
    client: FlaskClient,
) -> None:
    arrive(client)
    assert client.get("/studio/sign-in/provider/leave").location == "/studio/sign-in"
    assert is_in(client)


def test_who_came_by_a_password_signs_out_here_alone(client: FlaskClient) -> None:
    client.post("/studio/sign-in", data={"email": LEA, "password": PASSWORD})
    assert client.post("/studio/sign-out").location == "/studio/sign-in"


def test_the_provider_ends_the_sign_ins_of_whom_it_signs_out(
    app: Flask, client: FlaskClient, signed: Callable[..., str]
) -> None:
    arrive(client)
    other = app.test_client()
    other.post("/studio/sign-in", data={"email": LEA, "password": PASSWORD})
    told = app.test_client().post(ENDED, data={"logout_token": signed()})
    assert (told.status_code, told.headers["Cache-Control"]) == (200, "private, no-store")
    assert not is_in(client)
    assert is_in(other), "somebody else stays"


def test_no_other_message_ends_anything(
    app: Flask, client: FlaskClient, signed: Callable[..., str]
) -> None:
    arrive(client)
    messages = {
        "nothing": "",
        "no token": "x.y.z",
        "another signature": signed(key=RSAKey.generate_key()),
        "another provider": signed(iss="https://evil.example"),
        "another site": signed(aud="shop"),
        "no audience": signed("aud"),
        "old": signed(iat=int(time.time()) - 3600, exp=int(time.time()) + 3600),
        "outlived": signed(exp=int(time.time()) - 600),
        "undated": signed("iat"),
        "an ID token": signed("events", nonce="n"),
        "with a nonce": signed(nonce="n"),
        "about nobody": signed("sub", sid="s"),
    }
    stranger = app.test_client()
    answers = {
        name: stranger.post(ENDED, data={"logout_token": token}).status_code
        for name, token in messages.items()
    }
    assert answers == dict.fromkeys(messages, 400)
    assert is_in(client)


class TestWhereTheSessionThereIsLeftAlone:
    """With KB_OIDC_SIGN_OUT=here."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"oidc_sign_out": "here"})

    def test_signing_out_leads_to_the_door(self, client: FlaskClient) -> None:
        arrive(client)
        assert client.post("/studio/sign-out").location == "/studio/sign-in"


class TestWhereOthersAreRefused:
    """With KB_OIDC_OTHERS=refuse."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"oidc_others": "refuse"})

    def test_no_account_is_opened_without_a_role(
        self, client: FlaskClient, known: Callable[..., None]
    ) -> None:
        known(access={"roles": ["sales"]})
        assert arrive(client).status_code == 403
        assert people.by_address(KIM) is None

    def test_nor_may_who_had_one_come_back(
        self, client: FlaskClient, app: Flask, known: Callable[..., None]
    ) -> None:
        arrive(client)
        known(access={"roles": ["sales"]})
        assert arrive(app.test_client()).status_code == 403


class TestWhereTheProviderIsAway:
    """Nothing answers at its address."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"oidc_issuer": "http://localhost:9"})

    def test_a_page_says_so_and_the_password_still_works(
        self, app: Flask, client: FlaskClient
    ) -> None:
        answer = client.get("/studio/sign-in/provider", headers={"Accept-Language": "en"})
        assert answer.status_code == 502
        assert "Company ID does not answer" in answer.text
        assert 'href="/studio/sign-in"' in answer.text
        answer = client.post("/studio/sign-in", data={"email": LEA, "password": PASSWORD})
        assert answer.status_code == 302


class TestWherePasswordsAreOff:
    """With KB_PASSWORDS=off."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"passwords": "off"})

    def test_no_password_lets_anybody_in(self, client: FlaskClient) -> None:
        page = client.get("/studio/sign-in").text
        assert 'type="password"' not in page
        assert "Company ID" in page
        client.post("/studio/sign-in", data={"email": LEA, "password": PASSWORD})
        assert not is_in(client)

    @pytest.mark.parametrize("page", ["/studio/forgotten", "/studio/sign-in/passkey"])
    def test_nor_does_another_way_around_the_provider(self, client: FlaskClient, page: str) -> None:
        assert client.get(page).status_code == 404

    def test_the_provider_does(self, client: FlaskClient) -> None:
        arrive(client)
        assert is_in(client)


class TestWithoutAProvider:
    """As installed."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"oidc_issuer": ""})

    def test_there_is_no_button_and_no_page(self, client: FlaskClient) -> None:
        assert "provider" not in client.get("/studio/sign-in").text
        assert client.get("/studio/sign-in/provider").status_code == 404
        assert client.get("/studio/sign-in/provider/back?state=x").status_code == 403


def test_the_issuer_and_subject_are_one_persons(app: Flask, client: FlaskClient) -> None:
    add_user("max@clairson.example", PASSWORD, None)
    arrive(client)
    arrive(app.test_client())
    assert db.session.scalars(select(Identity.subject)).all() == ["kim"]
    assert len(db.session.scalars(select(User)).all()) == 3
