"""Claims about the page and the command that make keys."""

import re

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from kb.accounts.models import RoleName
from kb.api import tokens
from kb.api.models import ApiToken
from kb.api.scopes import Scope
from kb.audit.models import AuditEntry
from kb.cli import main
from kb.config import Settings
from kb.db import db
from tests.test_rights import SignIn

HERE = "/studio/api-keys"


def only_key() -> ApiToken:
    db.session.expire_all()
    return db.session.scalars(select(ApiToken)).one()


def test_a_key_is_shown_once(sign_in: SignIn) -> None:
    admin = sign_in(RoleName.ADMIN)
    form = {"name": "Shop", "scope": ["articles:read"], "lifetime": "365"}
    made = admin.post(HERE, data=form)
    found = re.search(r">(kb_[\w-]+)<", made.text)
    assert found is not None
    assert "no-store" in made.headers["Cache-Control"]
    assert found[1] not in admin.get(HERE).text
    key = only_key()
    assert (key.name, key.scopes) == ("Shop", ["articles:read"])
    assert key.expires_at is not None
    known = tokens.find(found[1])
    assert known is not None
    assert known.id == key.id


def test_a_key_without_a_name_is_not_made_and_the_form_keeps_what_was_chosen(
    sign_in: SignIn,
) -> None:
    answer = sign_in(RoleName.ADMIN).post(
        HERE, data={"name": " ", "scope": ["reports:read"], "lifetime": "90"}
    )
    assert answer.status_code == 422
    assert 'value="reports:read" checked' in answer.text
    assert db.session.scalars(select(ApiToken)).all() == []


def test_a_revoked_key_opens_nothing_and_the_log_says_who_did_it(
    app: Flask, sign_in: SignIn
) -> None:
    key, text = tokens.make(db.session, "Shop", [Scope.ARTICLES_READ])
    db.session.commit()
    sign_in(RoleName.ADMIN).post(f"{HERE}/{key.id}/revoke")
    db.session.expire_all()
    assert tokens.find(text) is None
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "api-key.revoked")).one()
    assert "admin@clairson.example" in entry.actor


def test_a_lead_makes_no_keys(sign_in: SignIn) -> None:
    lead = sign_in(RoleName.LEAD)
    assert lead.get(HERE).status_code == 403
    assert lead.post(HERE, data={"name": "Mine", "lifetime": "never"}).status_code == 403


def test_keys_are_made_listed_and_revoked_by_command(
    settings: Settings, app: Flask, monkeypatch: object
) -> None:
    environment = {
        "KB_HOME": str(settings.home),
        "KB_SECRET_KEY": settings.secret_key,
        "KB_EMBEDDING_MODEL": "off",
        "KB_INDEXER": "off",
    }
    runner = CliRunner(env=environment)
    made = runner.invoke(main, ["token", "create", "Shop", "--scope", "articles:read"])
    assert made.exit_code == 0, made.output
    assert tokens.find(made.stdout.split()[0]) is not None
    assert "Shop: articles:read" in runner.invoke(main, ["token", "list"]).output
    number = str(only_key().id)
    assert runner.invoke(main, ["token", "revoke", number]).exit_code == 0
    db.session.expire_all()
    assert only_key().revoked_at is not None
    wrong = runner.invoke(main, ["token", "create", "Shop", "--scope", "everything"])
    assert "articles:read" in wrong.output
    assert wrong.exit_code == 2
