"""Claims about how a customer comes in, what opens for them, and what is left of them."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from articles.models import Audience
from feedback.models import SearchIntent, Visit
from kb.accounts.models import RoleName
from kb.customers import keys, snippets
from kb.customers.keeping import take
from kb.customers.models import Customer, CustomerKey
from kb.customers.present import COOKIE, HEADER, session_of
from kb.db import Base, db, utc_now
from tests import factories
from tests.kb.customers.signing import EC, plain, seconds

FOX = {"User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140"}
SignIn = Callable[[RoleName], FlaskClient]


@pytest.fixture
def secret(app: Flask) -> str:
    _key, made = keys.make_secret("Shop")
    db.session.commit()
    return made


def token(secret: str, **said: object) -> str:
    return plain(secret, **{"timestamp": seconds(utc_now()), **said})


def rows() -> dict[str, int]:
    """Return how many rows each table has."""
    db.session.expire_all()
    return {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }


@pytest.fixture
def restricted(app: Flask) -> str:
    """The address of an article for customers."""
    found = factories.article("Warranty of members")
    found.article.audience = Audience.CUSTOMERS
    db.session.commit()
    return f"/en/articles/{found.slug}"


def test_a_token_in_an_address_opens_what_is_for_customers_and_leaves_the_address(
    client: FlaskClient, secret: str, restricted: str
) -> None:
    assert client.get(restricted).status_code == 404
    answer = client.get(f"{restricted}?q=a%20b&customer={quote(token(secret))}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{restricted}?q=a+b")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    page = client.get(restricted)
    assert page.status_code == 200
    assert "private" in page.headers["Cache-Control"]
    assert "I am not Ada Martin" in page.text


def test_a_token_in_an_address_opens_one_session(
    app: Flask, client: FlaskClient, secret: str, restricted: str
) -> None:
    address = f"{restricted}?customer={quote(token(secret))}"
    client.get(address)
    other = app.test_client()
    assert COOKIE not in other.get(address).headers.get("Set-Cookie", "")
    assert other.get(restricted).status_code == 404


NOT_TOLD = "We could not tell who you are"


def test_a_link_that_is_too_old_says_so_and_no_cache_keeps_it(
    app: Flask, client: FlaskClient, secret: str
) -> None:
    address = f"/en/?q=a&customer={quote(token(secret))}"
    known = app.test_client()
    known.get(address)
    led = client.get(address)
    assert led.headers["Location"] == "/en/?q=a&unknown=1"
    page = client.get(led.headers["Location"])
    assert NOT_TOLD in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert NOT_TOLD not in client.get("/en/").text
    # Who is known already lost nothing by an old link.
    assert known.get(address).headers["Location"] == "/en/?q=a"
    assert NOT_TOLD not in known.get("/en/?unknown=1").text


def test_a_site_that_knows_no_customers_says_nothing_of_them(client: FlaskClient) -> None:
    assert client.get("/en/?customer=anything").headers["Location"] == "/en/"


def test_a_form_of_another_site_may_bring_a_token(
    client: FlaskClient, secret: str, restricted: str
) -> None:
    from_shop = {
        "Origin": "https://shop.example",
        "Sec-Fetch-Site": "cross-site",
        "Accept": "text/html",
    }
    form = {"token": token(secret), "next": restricted}
    answer = client.post("/customer", data=form, headers=from_shop)
    assert (answer.status_code, answer.headers["Location"]) == (303, restricted)
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get(restricted).status_code == 200


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_nobody_is_led_to_another_site(client: FlaskClient, secret: str, wanted: str) -> None:
    form = {"token": token(secret), "next": wanted}
    answer = client.post("/customer", data=form, headers={"Accept": "text/html"})
    assert answer.headers["Location"] in {"/en/", "/fr/"}


@pytest.mark.parametrize("path", ["//evil.example/", "/%09/evil.example", "/%0a/evil", "/%5Cevil"])
def test_an_address_without_its_token_is_one_of_this_site(client: FlaskClient, path: str) -> None:
    led = client.get(f"{path}?customer=x", headers={"Accept": "text/html"})
    assert re.fullmatch(r"/([\w.%][\w.%/]*)?", led.headers.get("Location", "/"))


def test_a_program_is_given_a_session_for_the_header(
    client: FlaskClient, secret: str, restricted: str
) -> None:
    told = client.post(
        "/customer", json={"token": token(secret)}, headers={"Accept": "application/json"}
    )
    assert told.json is not None
    assert told.json["customer"]["reference"] == "4217"
    assert "Set-Cookie" not in told.headers
    headers = {HEADER: told.json["session"]}
    assert client.get(restricted, headers=headers).status_code == 200
    assert client.get(restricted, headers={HEADER: token(secret)}).status_code == 200
    assert client.get(restricted, headers={HEADER: "session.made-up"}).status_code == 404
    refused = client.post("/customer", json={"token": "x"}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json) == (400, {"error": "unreadable", "of": ""})


def test_without_a_token_there_is_no_row_no_cookie_and_no_trace(
    app: Flask, secret: str, restricted: str
) -> None:
    client = app.test_client()
    before = rows()
    for address in (
        "/en/",
        restricted,
        "/en/?customer=forged",
        f"/en/?customer={quote(plain('no'))}",
    ):
        answer = client.get(address, headers={**FOX, "Accept": "text/html"})
        assert COOKIE not in answer.headers.get("Set-Cookie", "")
    client.get("/en/search?q=lamp", headers=FOX)
    after = rows()
    searched = {"visit", "search_intent", "spool_position"}
    assert {name for name in after if after[name] != before[name]} <= searched
    assert db.session.scalars(select(Visit.customer_id)).all() == [None]


def test_what_a_known_customer_searches_is_theirs_and_search_shows_more(
    client: FlaskClient, secret: str
) -> None:
    client.get(f"/en/?customer={quote(token(secret))}", headers=FOX)
    client.get("/en/search?q=warranty", headers=FOX)
    visit = db.session.scalars(select(Visit)).one()
    customer = db.session.scalars(select(Customer)).one()
    assert visit.customer_id == customer.id
    assert db.session.scalars(select(SearchIntent.query)).all() == ["warranty"]


def test_the_newest_token_says_what_a_customer_is_called(app: Flask, secret: str) -> None:
    first = take(token(secret, plan="basic", email="ada@example.org"))
    assert take(token(secret, name="Ada Byron", plan="pro")) == first
    customer = db.session.get(Customer, first)
    assert customer is not None
    said = (customer.name, customer.plan, customer.email)
    assert said == ("Ada Byron", "pro", "ada@example.org"), "what is left out stays"


def test_leaving_makes_a_browser_unknown(client: FlaskClient, secret: str, restricted: str) -> None:
    client.get(f"/en/?customer={quote(token(secret))}")
    assert client.get(restricted).status_code == 200
    client.post("/customer/leave", data={"next": restricted})
    assert client.get(restricted).status_code == 404


def test_a_session_ends_with_its_customer_even_if_their_number_is_given_again(
    app: Flask, client: FlaskClient, secret: str, restricted: str
) -> None:
    first = db.session.get(Customer, take(token(secret)))
    assert first is not None
    with app.test_request_context("/"):
        stands_for = session_of(first)
    number, made = first.id, first.created_at
    db.session.delete(first)
    db.session.commit()
    assert client.get(restricted, headers={HEADER: stands_for}).status_code == 404
    db.session.add(Customer(id=number, reference="other", created_at=made + timedelta(hours=1)))
    db.session.commit()
    assert client.get(restricted, headers={HEADER: stands_for}).status_code == 404


def test_pages_in_memory_are_not_for_customers(app: Flask, secret: str, restricted: str) -> None:
    known, stranger = app.test_client(), app.test_client()
    known.get(f"/en/?customer={quote(token(secret))}")
    assert "Ada Martin" in known.get("/en/").text
    assert "Ada Martin" not in stranger.get("/en/").text
    assert "Ada Martin" in known.get("/en/").text


# The keys


def test_two_keys_are_valid_while_a_site_changes_over(app: Flask, secret: str) -> None:
    key, newer = keys.make_secret("Shop")
    db.session.commit()
    assert take(token(secret)) == take(token(newer))
    old = db.session.scalars(select(CustomerKey).where(CustomerKey.id != key.id)).one()
    keys.end(old)
    db.session.commit()
    assert [each.key_id for each in keys.valid_keys(db.session())] == [key.key_id]
    assert old.sealed_secret == ""


def test_a_secret_is_nowhere_in_the_database_as_it_is(app: Flask, secret: str) -> None:
    assert secret not in str([each.__dict__ for each in db.session.scalars(select(CustomerKey))])


def test_an_administrator_makes_keys_and_tries_tokens(sign_in: SignIn) -> None:
    client = sign_in(RoleName.ADMIN)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    made = client.post("/studio/customer-tokens/secret", data={"name": "Shop"})
    secret = made.text.split('id="secret" translate="no">')[1].split("<")[0]
    pem = EC.as_pem(private=False).decode()
    client.post("/studio/customer-tokens/public", data={"name": "App", "key": pem})
    page = client.get("/studio/customer-tokens").text
    assert "Shop" in page
    assert "App" in page
    assert secret not in page
    tried = client.post("/studio/customer-tokens/try", data={"token": token(secret)}).text
    assert "This token is taken." in tried
    address = f"https://help.example/fr/?customer={quote(token(secret, timestamp=1))}"
    assert (
        "It has expired."
        in client.post("/studio/customer-tokens/try", data={"token": address}).text
    )
    assert rows()["customer"] == rows()["used_token"] == 0, "a try leaves nothing"
    wrong = client.post("/studio/customer-tokens/public", data={"name": "App", "key": "hello"})
    assert wrong.status_code == 422


@pytest.mark.parametrize("language", ["Python", "Node"])
def test_the_examples_make_tokens_that_are_taken(app: Flask, secret: str, language: str) -> None:
    text = snippets.plain("https://help.example")[language]
    if language == "Python":
        names: dict[str, str] = {"secret": secret}
        exec(text, names)
        made, address = names["token"], names["address"]
    else:
        node = shutil.which("node")
        if node is None:
            pytest.skip("needs Node")
        code = f"const secret = {json.dumps(secret)};\n{text}\nconsole.log(JSON.stringify([token, address]));"
        said = subprocess.run(
            [node, "--input-type=module", "-e", code], capture_output=True, check=True, timeout=120
        )
        made, address = json.loads(said.stdout)
    customer = db.session.get(Customer, take(made))
    assert customer is not None
    assert (customer.reference, customer.name) == ("4217", "Ada Martin")
    assert app.test_client().get(address.removeprefix("https://help.example")).status_code == 303


def test_nobody_becomes_another_customer_without_being_asked(
    app: Flask, client: FlaskClient, secret: str
) -> None:
    ada, eve = token(secret), token(secret, sub="666", name="Eve <3")
    shop = {"Accept": "text/html", "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    client.post("/customer", data={"token": ada}, headers=shop)
    for answer in (
        client.post("/customer", data={"token": eve, "next": "/en/?q=a&b"}, headers=shop),
        client.get(f"/en/?q=a&b&customer={quote(eve)}"),
    ):
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "Continue as Eve &lt;3?" in answer.text
        assert "Stay Ada Martin" in answer.text
    assert "I am not Ada Martin" in client.get("/en/").text
    session = re.search(r'name="session" value="([^"]+)"', answer.text)
    assert session is not None
    form = {"session": session[1], "next": "/en/"}
    assert client.post("/customer/continue", data=form, headers=shop).status_code == 403
    client.post("/customer/continue", data={"session": "session.made-up", "next": "/en/"})
    assert "I am not Ada Martin" in client.get("/en/").text
    led = client.post("/customer/continue", data=form)
    assert (led.status_code, led.headers["Location"]) == (303, "/en/")
    assert "I am not Eve" in client.get("/en/").text


def test_a_newer_token_of_the_same_customer_asks_nothing(client: FlaskClient, secret: str) -> None:
    client.get(f"/en/?customer={quote(token(secret))}")
    led = client.get(f"/en/?customer={quote(token(secret, plan='gold'))}")
    assert led.status_code == 303
    assert COOKIE in led.headers["Set-Cookie"]
