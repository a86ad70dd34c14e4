import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.models import Translation
from articles.studio.models import CategoryRight, Level
from kb.accounts.models import RoleName, User
from kb.db import db, utc_now
from search import sync
from search.models import Decision, PhrasingRow, SynonymRule
from search.taught import frequent, vocabulary
from search.taught.preview import FrequentQuery
from search.taught.synonyms import parse_rule
from tests import factories

ROUTES = (
    "/studio/synonyms",
    "/studio/synonyms/1",
    "/studio/synonyms/1/delete",
    "/studio/phrasings",
    "/studio/phrasings/1",
)


@pytest.fixture
def writer(sign_in: Callable[[RoleName], FlaskClient]) -> FlaskClient:
    """A writer at work, in English."""
    visitor = sign_in(RoleName.WRITER)
    visitor.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return visitor


def kept() -> list[str]:
    db.session.rollback()
    return [str(rule) for _, rule in vocabulary.all_rules()]


def add(text: str = "refund, money back", locale: str = "en") -> int:
    return vocabulary.add_rule(locale, parse_rule(text, locale), by="Ada").id


def taught(text: str = "lost key", **values: object) -> PhrasingRow:
    article = factories.article("Reset a lamp")
    row = PhrasingRow(
        translation_id=article.id,
        key=text,
        text=text,
        helpful=3,
        votes=4,
        trust=0.6,
        voted_at=utc_now(),
        **values,
    )
    db.session.add(row)
    db.session.commit()
    return row


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_readers_are_sent_to_sign_in(
    app: Flask, client: FlaskClient, route: str, method: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = getattr(client, method)(route)
    assert answer.status_code in {302, 405}
    assert "sign-in" in answer.headers.get("Location", "sign-in")


@pytest.mark.parametrize("route", [route for route in ROUTES if route != "/studio/phrasings"])
def test_a_form_without_its_token_is_refused(app: Flask, writer: FlaskClient, route: str) -> None:
    add()
    app.config["WTF_CSRF_ENABLED"] = True
    assert writer.post(route, data={"words": "a, b", "locale": "en"}).status_code == 400
    assert kept() == ["refund, money back"]


def test_a_writer_adds_a_rule_and_is_told(writer: FlaskClient) -> None:
    page = writer.post(
        "/studio/synonyms",
        data={"words": "refund, money back", "locale": "en"},
        follow_redirects=True,
    )
    assert kept() == ["refund, money back"]
    assert "Saved: refund, money back." in page.text
    assert "writer" in page.text, "who changed it"


def test_a_rule_that_cannot_be_kept_stays_in_its_form(writer: FlaskClient) -> None:
    page = writer.post("/studio/synonyms", data={"words": "refund", "locale": "en"})
    assert page.status_code == 400
    assert 'value="refund"' in page.text
    assert "Give at least two words" in page.text
    assert 'aria-describedby="rule-help rule-fault"' in page.text


def test_a_rule_that_is_there_is_not_kept_twice(writer: FlaskClient) -> None:
    add()
    page = writer.post("/studio/synonyms", data={"words": "money back, refund", "locale": "en"})
    assert page.status_code == 409
    assert "This rule is kept already." in page.text


def test_a_language_that_the_site_lacks_is_refused(writer: FlaskClient) -> None:
    answer = writer.post("/studio/synonyms", data={"words": "a, b", "locale": "xx"})
    assert (answer.status_code, kept()) == (400, [])


def test_a_rule_is_changed(writer: FlaskClient) -> None:
    number = add()
    writer.post(f"/studio/synonyms/{number}", data={"words": "bill => invoice", "locale": "en"})
    assert kept() == ["bill => invoice"]


def test_a_deleted_rule_can_be_brought_back(writer: FlaskClient) -> None:
    number = add("bill => invoice")
    page = writer.post(f"/studio/synonyms/{number}/delete", follow_redirects=True)
    assert kept() == []
    words = re.search(r'type="hidden" name="words" value="([^"]*)"', page.text)
    assert words is not None
    writer.post("/studio/synonyms", data={"words": words[1].replace("&gt;", ">"), "locale": "en"})
    assert kept() == ["bill => invoice"]


@pytest.mark.parametrize("path", ["/studio/synonyms/99", "/studio/phrasings?article=99"])
def test_what_is_not_there_is_not_found(writer: FlaskClient, path: str) -> None:
    assert writer.get(path).status_code == 404


def test_rules_are_searched_without_accents_and_by_language(writer: FlaskClient) -> None:
    add("été, saison chaude", "fr")
    add("summer, warm season")
    assert "saison chaude" in writer.get("/studio/synonyms?q=ETE").text
    assert "warm season" not in writer.get("/studio/synonyms?q=ETE").text
    assert "saison chaude" not in writer.get("/studio/synonyms?locale=en").text


def test_words_are_shown_as_they_are_typed_never_as_html(writer: FlaskClient) -> None:
    add("<b>bold</b>, strong")
    page = writer.get("/studio/synonyms?saved=<script>alert(1)</script>").text
    assert "<b>bold" not in page
    assert "<script>alert" not in page


def test_a_preview_shows_what_would_change_and_keeps_nothing(
    app: Flask, writer: FlaskClient
) -> None:
    factories.article("Returns", "We give a reimbursement.")
    sync.reconcile(app)
    frequent.register(app, lambda _locale, _limit: [FrequentQuery("my money back please", 12)])
    form = {"words": "money back, reimbursement", "locale": "en", "preview": "1"}
    page = writer.post("/studio/synonyms", data=form).text
    assert kept() == []
    assert "my money back please" in page
    assert "12 visitors" in page
    assert 'value="money back, reimbursement"' in page, "to be saved next"


def test_the_preview_of_a_change_lays_the_rule_beside_what_it_was(
    app: Flask, writer: FlaskClient
) -> None:
    factories.article("Returns", "We give a reimbursement.")
    sync.reconcile(app)
    number = add("cashback, reimbursement")
    form = {"words": "cashback, refund", "locale": "en", "preview": "1"}
    page = writer.post(f"/studio/synonyms/{number}", data=form).text
    row = page.split("<tbody>")[1]
    assert row.index("Returns") < row.index("none")


def test_without_visitors_titles_are_looked_at(app: Flask) -> None:
    app.extensions.pop("kb_frequent_queries", None)
    factories.article("Reset a lamp")
    assert [each.text for each in frequent.queries_about(None, "en")] == ["Reset a lamp"]


def test_phrasings_are_listed_with_their_article_and_votes(writer: FlaskClient) -> None:
    taught()
    page = writer.get("/studio/phrasings").text
    assert "lost key" in page
    assert "3 of 4 visitors" in page
    assert "not for the first place" in page


@pytest.mark.parametrize(
    ("said", "decision"),
    [("keep", Decision.KEPT), ("revoke", Decision.REVOKED), ("leave", None)],
)
def test_a_writer_decides_on_a_phrasing(
    writer: FlaskClient, said: str, decision: Decision | None
) -> None:
    row = taught(decision=Decision.KEPT if said == "leave" else None)
    answer = writer.post(f"/studio/phrasings/{row.id}", data={"decision": said})
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(PhrasingRow.decision)).all() == [decision]


def test_an_unknown_decision_is_refused(writer: FlaskClient) -> None:
    row = taught()
    answer = writer.post(f"/studio/phrasings/{row.id}", data={"decision": "burn"})
    assert answer.status_code == 400


def test_phrasings_of_one_article_can_be_shown_alone(writer: FlaskClient) -> None:
    first, second = taught("lost key"), taught("broken glass")
    page = writer.get(f"/studio/phrasings?article={first.translation_id}").text
    assert "lost key" in page
    assert second.text not in page


def test_a_limited_writer_sees_and_decides_in_their_categories_alone(writer: FlaskClient) -> None:
    row, shop = taught("lost key"), factories.category("shop")
    person = db.session.scalars(select(User)).one()
    db.session.add(CategoryRight(user_id=person.id, category_id=shop.id, level=Level.WRITE))
    db.session.commit()
    assert "lost key" not in writer.get("/studio/phrasings").text
    assert writer.get(f"/studio/phrasings?article={row.translation_id}").status_code == 403
    revoked = writer.post(f"/studio/phrasings/{row.id}", data={"decision": "revoke"})
    assert revoked.status_code == 403
    db.session.expire_all()
    assert row.decision is None
    db.session.get_one(Translation, row.translation_id).article.category = shop
    db.session.commit()
    assert "lost key" in writer.get("/studio/phrasings").text


def test_invented_votes_are_called_so(writer: FlaskClient) -> None:
    taught(simulated=True)
    assert "simulated" in writer.get("/studio/phrasings").text


def test_pages_of_the_studio_are_kept_by_nobody(writer: FlaskClient) -> None:
    for path in ("/studio/synonyms", "/studio/phrasings"):
        assert writer.get(path).headers["Cache-Control"] == "private, no-store"


def test_everybody_who_writes_finds_the_way(writer: FlaskClient) -> None:
    assert 'href="/studio/synonyms"' in writer.get("/studio/").text
    synonyms = writer.get("/studio/synonyms").text
    assert 'aria-current="page">Synonyms' in synonyms
    assert 'href="/studio/phrasings"' in synonyms
    assert db.session.scalars(select(SynonymRule)).all() == []
