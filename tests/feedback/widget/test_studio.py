"""Claims about the widget's room in the studio."""

import html
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.models import Translation
from feedback.widget.models import WidgetRule, WidgetSite
from feedback.widget.suggesting import rules
from kb.accounts.models import RoleName
from kb.audit.models import AuditEntry
from kb.db import db
from search import sync
from tests import factories

ROOM = "/studio/widget/"


@pytest.fixture
def lead(app: Flask, sign_in: Callable[[RoleName], FlaskClient]) -> FlaskClient:
    signed_in = sign_in(RoleName.LEAD)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


@pytest.fixture
def lamp(app: Flask) -> Translation:
    return factories.article("Reset a lamp", slug="reset-a-lamp")


def acts() -> list[str]:
    query = select(AuditEntry.act).where(AuditEntry.act.startswith("widget."))
    return list(db.session.scalars(query.order_by(AuditEntry.id)))


def test_the_room_gives_the_line_and_says_that_no_site_may_carry_it_yet(lead: FlaskClient) -> None:
    page = html.unescape(lead.get(ROOM).text)
    assert '<script src="http://localhost/widget.js" async></script>' in page
    assert "nowhere but on this site itself" in page


def test_sites_are_allowed_and_removed_and_the_log_tells(lead: FlaskClient) -> None:
    lead.post(f"{ROOM}sites", data={"site": "https://shop.example/cart"})
    lead.post(f"{ROOM}sites", data={"site": "shop.example"})  # the same
    site = db.session.scalars(select(WidgetSite)).one()
    assert site.origin in lead.get(ROOM).text
    lead.post(f"{ROOM}sites/{site.id}/remove")
    assert db.session.scalars(select(WidgetSite)).all() == []
    assert acts() == ["widget.site-added", "widget.site-removed"]


def test_what_is_no_site_is_refused_with_what_was_typed(lead: FlaskClient) -> None:
    answer = lead.post(f"{ROOM}sites", data={"site": "every*where"})
    assert answer.status_code == 400
    assert 'value="every*where"' in answer.text


def test_a_rule_is_made_by_finding_articles_and_keeps_what_was_typed(
    lead: FlaskClient, lamp: Translation
) -> None:
    typed = {"pattern": "https://shop.example/cart?x=1", "q": "RESET"}
    found = lead.post(f"{ROOM}rules/new", data={**typed, "act": "find"}).text
    assert "https://shop.example/cart?x=1" in found
    assert f'name="articles" value="{lamp.article_id}"' in found
    lead.post(f"{ROOM}rules/new", data={**typed, "act": "keep", "articles": [lamp.article_id, 999]})
    rule = db.session.scalars(select(WidgetRule)).one()
    assert (rule.pattern, rule.article_ids) == ("/cart", [lamp.article_id])
    assert "Reset a lamp" in lead.get(ROOM).text


@pytest.mark.parametrize(
    "fields", [{"pattern": ""}, {"pattern": "/x", "origin": "nonsense *"}, {"articles": []}]
)
def test_a_rule_without_what_it_needs_is_not_kept(
    lead: FlaskClient, lamp: Translation, fields: dict[str, object]
) -> None:
    data = {"pattern": "/cart", "articles": [lamp.article_id], "act": "keep", **fields}
    answer = lead.post(f"{ROOM}rules/new", data=data)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert db.session.scalars(select(WidgetRule)).all() == []


def test_rules_are_asked_in_their_order_which_can_be_changed(
    lead: FlaskClient, lamp: Translation
) -> None:
    for pattern in ("/a", "/b", "/c"):
        data = {"pattern": pattern, "articles": [lamp.article_id], "act": "keep"}
        lead.post(f"{ROOM}rules/new", data=data)
    last = rules()[-1]
    lead.post(f"{ROOM}rules/{last.id}", data={"act": "up"})
    db.session.expire_all()
    assert [each.pattern for each in rules()] == ["/a", "/c", "/b"]
    lead.post(f"{ROOM}rules/{last.id}", data={"act": "remove"})
    assert [each.pattern for each in rules()] == ["/a", "/b"]
    assert acts() == ["widget.rule-kept"] * 3 + ["widget.rule-moved", "widget.rule-removed"]


def test_a_page_can_be_tried(app: Flask, lead: FlaskClient, lamp: Translation) -> None:
    data = {"pattern": "/cart/*", "articles": [lamp.article_id], "act": "keep"}
    lead.post(f"{ROOM}rules/new", data=data)
    tried = lead.get(f"{ROOM}?address=https://shop.example/cart/pay").text
    assert "/cart/*" in tried
    assert "/en/articles/reset-a-lamp" in tried
    assert "https://shop.example is not on the list" in tried
    sync.reconcile(app)
    by_title = lead.get(f"{ROOM}?address=/terms&title=Reset+a+lamp+–+Shop").text
    assert "No rule fits /terms" in by_title
    assert "/en/articles/reset-a-lamp" in by_title


def test_the_preview_holds_the_widget_itself(lead: FlaskClient) -> None:
    page = lead.get(f"{ROOM}preview?locale=fr&position=left").text
    assert 'src="/widget.js" async data-preview data-locale="fr" data-position="left"' in page
