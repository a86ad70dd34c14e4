"""Claims about the frame of the API: who is let in, what is refused and how, pages, limits."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from articles.models import Article, Audience, Translation
from kb.accounts.models import RoleName
from kb.api import tokens
from kb.api.idempotence import clean
from kb.api.models import ApiAnswer, ApiToken
from kb.api.scopes import Scope
from kb.audit.models import AuditEntry
from kb.config import Settings
from kb.db import db, utc_now
from kb.factory import create_app
from tests import factories
from tests.kb.api.conftest import Program
from tests.test_rights import SignIn

NEW = {"title": "Return a lamp", "body": "You have 30 days.", "locale": "en"}
PROBLEM = "application/problem+json"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"api_limit": "40 per minute", "api_public_limit": "20 per minute"}
    )


# Who is let in


def test_a_key_is_kept_as_a_digest_and_found_by_its_text(app: Flask) -> None:
    key, text = tokens.make(db.session, "Shop", [Scope.ARTICLES_READ])
    db.session.commit()
    assert text.startswith("kb_")
    assert text not in {key.digest, key.beginning}
    assert tokens.find(text) is key
    assert tokens.find(text[:-1]) is None


def test_a_key_opens_nothing_once_it_is_revoked_or_has_expired(program: Program) -> None:
    old = program(Scope.ARTICLES_READ, expires_at=utc_now() - timedelta(seconds=1))
    assert old.get("/api/v1/articles?status=draft").status_code == 401
    revoked = program(Scope.ARTICLES_READ)
    assert revoked.get("/api/v1/articles?status=draft").status_code == 200
    tokens.revoke(db.session.scalars(select(ApiToken).order_by(ApiToken.id.desc())).first())  # type: ignore[arg-type]
    db.session.commit()
    assert revoked.get("/api/v1/articles?status=draft").status_code == 401


def test_a_wrong_key_is_refused_even_where_none_is_needed(client: FlaskClient) -> None:
    assert client.get("/api/v1/articles").status_code == 200
    answer = client.get("/api/v1/articles", headers={"Authorization": "Bearer kb_nothing"})
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_key_does_what_its_scopes_say_and_no_more(program: Program) -> None:
    answer = program(Scope.ARTICLES_READ).post("/api/v1/articles", json=NEW)
    assert answer.status_code == 403
    assert 'scope="articles:write"' in answer.headers["WWW-Authenticate"]
    assert program().post("/api/v1/articles", json=NEW).status_code == 401
    assert program(Scope.ARTICLES_WRITE).post("/api/v1/articles", json=NEW).status_code == 201


def test_the_session_of_a_browser_is_worth_nothing(sign_in: SignIn) -> None:
    admin = sign_in(RoleName.ADMIN)
    answer = admin.post("/api/v1/articles", json=NEW)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers
    factories.article("For staff", audience=Audience.STAFF)
    assert admin.get("/api/v1/articles").json == {"items": [], "next": None}


def test_the_last_use_of_a_key_is_kept_to_the_minute(program: Program) -> None:
    reader = program(Scope.ARTICLES_READ)
    reader.get("/api/v1/articles")
    db.session.expire_all()
    used = db.session.scalars(select(ApiToken)).one().used_at
    assert used is not None
    assert (used.second, used.microsecond) == (0, 0)


def test_the_audit_log_names_the_key(program: Program) -> None:
    program(Scope.ARTICLES_WRITE).post("/api/v1/articles", json=NEW)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "article.begun")).one()
    assert entry.actor == "API key Shop"


def test_scripts_of_any_site_may_use_the_open_part_only(client: FlaskClient) -> None:
    answer = client.get("/api/v1/articles", headers={"Origin": "https://shop.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "GET"}
    preflight = client.options("/api/v1/articles", headers=asked)
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" not in preflight.headers["Access-Control-Allow-Headers"]
    asked["Access-Control-Request-Method"] = "POST"
    refused = client.options("/api/v1/articles", headers=asked)
    assert "Access-Control-Allow-Origin" not in refused.headers


# What is refused, and how


ERRORS = (
    ("GET", "/api/v1/nothing", 404, "not-found"),
    ("GET", "/api/nothing", 404, "not-found"),
    ("DELETE", "/api/v1/articles", 405, "method-not-allowed"),
    ("GET", "/api/v1/articles?limit=0", 422, "invalid"),
    ("GET", "/api/v1/articles?colour=red", 422, "invalid"),
    ("GET", "/api/v1/articles?cursor=made-up", 422, "cursor-invalid"),
    ("GET", "/api/v1/articles/a%00b", 404, "not-found"),
    ("GET", "/api/v1/users/99999999999", 404, "not-found"),
)


def test_every_error_is_a_problem(program: Program) -> None:
    client = program(*Scope)
    for method, path, status, name in ERRORS:
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM), path
        assert answer.json is not None
        assert answer.json["type"].endswith(f"/api/v1/problems/{name}")
        assert answer.json["status"] == status
        assert status != 405 or "GET" in answer.headers["Allow"]


BODIES: tuple[tuple[dict[str, object], int], ...] = (
    ({"data": "{", "content_type": "application/json"}, 400),
    ({"data": "a=1", "content_type": "application/x-www-form-urlencoded"}, 415),
    ({"json": {**NEW, "colour": "red"}}, 422),
    ({"json": {**NEW, "title": 5}}, 422),
    ({"json": {**NEW, "title": "a\0b"}}, 422),
    ({"json": {**NEW, "category": "nowhere"}}, 422),
    ({"json": {**NEW, "body": "x" * 1_500_000}}, 422),
    ({"data": b" " * 20_000_001, "content_type": "application/json"}, 413),
)


def test_a_body_that_is_not_right_is_refused_with_its_place(program: Program) -> None:
    client = program(Scope.ARTICLES_WRITE)
    for sent, status in BODIES:
        answer = client.post("/api/v1/articles", **sent)  # type: ignore[arg-type]
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM), sent
        if status == 422:
            assert answer.json is not None
            assert answer.json["errors"][0]["pointer"].startswith("#/")
    assert db.session.scalar(select(func.count()).select_from(Article)) == 0


def test_an_exception_that_nobody_foresaw_is_a_problem_too(
    app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False
    monkeypatch.setattr("articles.api.reading.published", None)
    answer = program().get("/api/v1/articles")
    assert (answer.status_code, answer.mimetype) == (500, PROBLEM)


# Pages


def test_a_list_in_pages_gives_each_once_whatever_is_added_meanwhile(any_app: Flask) -> None:
    client = any_app.test_client()
    moment = utc_now() - timedelta(days=1)
    made = [factories.article(f"Lamp {n}", published_at=moment).article.key for n in range(5)]
    found, address = [], "/api/v1/articles?limit=2"
    while address:
        page = client.get(address)
        assert page.json is not None
        found += [each["key"] for each in page.json["items"]]
        address = page.json["next"]
        assert not address or f'<{address}>; rel="next"' in page.headers["Link"]
        factories.article("Earlier", published_at=moment - timedelta(hours=1))
    assert found == made


def test_a_cursor_holds_for_its_own_list_only(client: FlaskClient) -> None:
    for number in range(3):
        factories.article(f"Lamp {number}")
    page = client.get("/api/v1/articles?limit=1")
    assert page.json is not None
    other = page.json["next"].replace("limit=1", "limit=1&kind=guide")
    assert client.get(other).status_code == 422


# Conditions


def test_what_is_known_is_not_sent_again(client: FlaskClient) -> None:
    factories.article()
    first = client.get("/api/v1/articles")
    known = {"If-None-Match": f"W/{first.headers['ETag']}"}  # as a proxy that compresses makes it
    again = client.get("/api/v1/articles", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_nobody_overwrites_what_they_have_not_read(program: Program) -> None:
    writer = program(Scope.ARTICLES_READ, Scope.ARTICLES_WRITE)
    here = writer.post("/api/v1/articles", json=NEW).headers["Location"]
    words = {"title": "Return a lamp", "body": "You have 60 days."}
    assert writer.put(here, json=words).status_code == 428
    tag = writer.get(here).headers["ETag"]
    changed = writer.put(here, json=words, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert writer.put(here, json=words, headers={"If-Match": tag}).status_code == 412
    assert changed.headers["ETag"] == writer.get(here).headers["ETag"]


# Repeating


def test_a_repeated_request_is_done_once(program: Program) -> None:
    writer = program(Scope.ARTICLES_WRITE)
    key = {"Idempotency-Key": "one"}
    first = writer.post("/api/v1/articles", json=NEW, headers=key)
    again = writer.post("/api/v1/articles", json=NEW, headers=key)
    assert again.status_code == 201
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert db.session.scalar(select(func.count()).select_from(Article)) == 1
    other = writer.post("/api/v1/articles", json={**NEW, "title": "Another"}, headers=key)
    assert other.status_code == 422


def test_a_refused_request_may_be_mended_under_its_key(program: Program) -> None:
    writer = program(Scope.ARTICLES_WRITE)
    key = {"Idempotency-Key": "one"}
    assert writer.post("/api/v1/articles", json={}, headers=key).status_code == 422
    assert writer.post("/api/v1/articles", json=NEW, headers=key).status_code == 201


def test_a_secret_that_was_answered_lies_encrypted(program: Program) -> None:
    manager = program(Scope.WEBHOOKS_MANAGE)
    new = {"url": "https://crm.example/hook", "events": ["article.published"]}
    key = {"Idempotency-Key": "one"}
    first = manager.post("/api/v1/webhooks", json=new, headers=key)
    assert first.json is not None
    secret = first.json["secret"]
    assert secret not in db.session.scalars(select(ApiAnswer)).one().body
    again = manager.post("/api/v1/webhooks", json=new, headers=key)
    assert again.json is not None
    assert again.json["secret"] == secret


def test_answers_that_may_be_repeated_are_kept_for_a_day(program: Program) -> None:
    program(Scope.ARTICLES_WRITE).post(
        "/api/v1/articles", json=NEW, headers={"Idempotency-Key": "one"}
    )
    clean()
    kept = db.session.scalars(select(ApiAnswer)).one()
    kept.created_at = utc_now() - timedelta(hours=25)
    db.session.commit()
    clean()
    assert db.session.scalar(select(func.count()).select_from(ApiAnswer)) == 0


# Limits


def test_too_many_requests_are_told_when_to_come_again(program: Program) -> None:
    stranger, shop = program(), program(Scope.ARTICLES_READ)
    left = [stranger.get("/api/v1/articles") for _ in range(20)]
    assert left[0].headers["X-RateLimit-Limit"] == "20"
    assert left[-1].headers["X-RateLimit-Remaining"] == "0"
    refused = stranger.get("/api/v1/articles")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert shop.get("/api/v1/articles").headers["X-RateLimit-Limit"] == "40"


def test_one_limit_holds_over_all_processes(app: Flask, program: Program) -> None:
    shop = program(Scope.ARTICLES_READ)
    left = shop.get("/api/v1/articles").headers["X-RateLimit-Remaining"]
    other_process = create_app(app.extensions["kb_settings"]).test_client()
    other_process.environ_base.update(shop.environ_base)
    answer = other_process.get("/api/v1/articles")
    assert int(answer.headers["X-RateLimit-Remaining"]) == int(left) - 1


# Caches


def test_shared_caches_keep_what_is_the_same_for_all_and_nothing_else(program: Program) -> None:
    factories.article()
    assert "public" in program().get("/api/v1/articles").headers["Cache-Control"]
    for answer in (
        program(Scope.ARTICLES_READ).get("/api/v1/articles"),
        program().get("/api/v1/articles", headers={"X-Customer-Token": "x"}),
        program().get("/api/v1/search?q=lamp&locale=en"),
    ):
        assert "public" not in answer.headers["Cache-Control"]
        assert "Authorization" in answer.headers["Vary"]


def test_every_moment_is_in_utc(client: FlaskClient) -> None:
    article = factories.article()
    answer = client.get("/api/v1/articles")
    assert answer.json is not None
    assert answer.json["items"][0]["updated_at"].endswith("Z")
    assert isinstance(article, Translation)
