"""Claims about new articles: they begin from the template of their kind, which leads may change."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.drafting import newest
from articles.markdown import render
from articles.models import Kind, Translation
from articles.studio.editing.outlines import OUTLINES, default, outline
from articles.studio.models import Template
from kb.accounts.models import RoleName
from kb.audit.models import AuditEntry
from kb.db import db
from tests import factories
from tests.articles.studio.cast import SignIn

NEW = {"title": "My lamp hums", "kind": "troubleshooting", "language": "en", "category": ""}


@pytest.fixture
def writer(sign_in: SignIn) -> FlaskClient:
    client = sign_in(RoleName.WRITER)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def lead(sign_in: SignIn) -> FlaskClient:
    client = sign_in(RoleName.LEAD)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.mark.parametrize("locale", OUTLINES)
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_headings_to_fill_in_every_language(kind: Kind, locale: str) -> None:
    made = render(default(kind, locale), locale=locale)
    assert made.toc
    assert "(" in made.text


def test_an_article_begins_from_the_template_of_its_kind(writer: FlaskClient) -> None:
    factories.category("lamps")
    assert writer.get("/studio/articles/new").status_code == 200
    answer = writer.post("/studio/articles/new", data=NEW | {"category": "lamps"})
    draft = db.session.scalars(select(Translation)).one()
    assert answer.location == f"/studio/drafts/{draft.id}"
    assert newest(draft).body == default(Kind.TROUBLESHOOTING, "en")
    assert (draft.slug, draft.article.source_locale) == ("my-lamp-hums", "en")
    assert draft.article.kind is Kind.TROUBLESHOOTING
    assert draft.article.category is not None
    assert draft.article.category.key == "lamps"


def test_what_is_missing_is_said_and_nothing_is_begun(writer: FlaskClient) -> None:
    wrong = (("title", " "), ("title", "t" * 401), ("kind", "poem"), ("language", "xx"))
    for field, value in wrong:
        page = writer.post("/studio/articles/new", data=NEW | {field: value})
        assert page.status_code == 400, value
        assert f'id="{field}-error"' in page.text
    assert db.session.scalars(select(Translation)).all() == []


def test_a_lead_changes_a_template_and_goes_back(lead: FlaskClient) -> None:
    address = "/studio/templates/troubleshooting/en"
    assert "as delivered" in lead.get("/studio/templates").text
    changed = {"body": "## Ours\r\n\r\n(Fill in.)"}
    assert lead.post(address, data=changed).status_code == 303
    assert outline(Kind.TROUBLESHOOTING, "en") == "## Ours\n\n(Fill in.)"
    assert outline(Kind.TROUBLESHOOTING, "fr") == default(Kind.TROUBLESHOOTING, "fr")
    assert "changed by lead" in lead.get("/studio/templates").text
    lead.post("/studio/articles/new", data=NEW)
    assert newest(db.session.scalars(select(Translation)).one()).body.startswith("## Ours")
    assert lead.post(address, data={"default": "1"}).status_code == 303
    assert outline(Kind.TROUBLESHOOTING, "en") == default(Kind.TROUBLESHOOTING, "en")
    assert db.session.scalars(select(Template)).all() == []
    assert list(db.session.scalars(select(AuditEntry.act))).count("template.changed") == 2


def test_going_back_can_be_undone(lead: FlaskClient) -> None:
    address = "/studio/templates/faq/en"
    lead.post(address, data={"body": "Ours."})
    lead.post(address, data={"default": "1"})
    page = lead.get("/studio/templates").text
    assert "Undo" in page
    lead.post("/studio/acts/2/undo")
    assert outline(Kind.FAQ, "en") == "Ours."


def test_a_template_too_long_is_refused_with_its_length_and_stays(lead: FlaskClient) -> None:
    text = "x" * 1_048_576
    page = lead.post("/studio/templates/faq/en", data={"body": text})
    assert page.status_code == 400
    assert "1,048,576 characters; 20,000 at most" in page.text
    assert text in page.text


def test_templates_are_for_leads(writer: FlaskClient) -> None:
    assert writer.get("/studio/templates").status_code == 403
    assert writer.post("/studio/templates/faq/en", data={"body": "x"}).status_code == 403
