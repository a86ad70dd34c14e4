"""Leads see where every old address leads, and add those that nobody else knows."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from articles.addresses import keep_old, rename_category, succeed
from articles.addresses.redirects import NoSuchTarget, OtherSite, Sort, listed, read, target_of
from articles.models import OldAddress
from articles.publishing import archive, change_slug, commit_changes
from articles.studio.models import ChangeSet
from kb.accounts.models import RoleName
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.articles.studio.cast import SignIn

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Without finished pages, which may be a third of a second behind."""
    return settings.model_copy(update={"page_cache_mb": 0})


@pytest.fixture
def lead(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(RoleName.LEAD)


def test_every_sort_of_address_is_listed_with_where_it_leads(any_app: Flask) -> None:
    shelf = factories.category("lamps", en="Lamps")
    article, gone = (
        factories.article("Lamp", slug="lamp", category=shelf),
        factories.article("Sofa"),
    )
    change_slug(article, "lamps")
    rename_category(shelf.name_in("en"), "lights")
    archive(gone)
    succeed(gone.article, article.article)
    keep_old("/old", article)
    keep_old("/by-hand", shelf, by="Ines")
    commit_changes()
    found = {each.sort: each for each in read(listed())}
    assert set(found) == set(Sort)
    assert found[Sort.RENAMED].path == "/en/articles/lamp"
    assert found[Sort.CATEGORY].category_id == shelf.id
    assert found[Sort.ENDED].translation_id == gone.id
    assert [each.path for each in read(listed("OLD"))] == ["/old"]
    assert [each.path for each in read(listed("", Sort.HAND))] == ["/by-hand"]
    assert len(read(listed("lamp"))) == 3


@pytest.mark.parametrize(
    "text",
    ["/en/articles/lamp", "http://localhost/en/articles/lamp", "/en/articles/lamp.md",
     "/en/articles/former", "/known", "lamp-key", "article:lamp-key"],
)  # fmt: skip
def test_a_target_may_be_named_in_many_ways(app: Flask, text: str) -> None:
    article = factories.article(slug="former", key="lamp-key")
    change_slug(article, "lamp")
    keep_old("/known", article)
    commit_changes()
    with app.test_request_context():
        assert target_of(text) is article


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("https://elsewhere.example/en/articles/lamp", OtherSite), ("//elsewhere.example/", OtherSite),
     ("/en/articles/unknown", NoSuchTarget), ("/en/search", NoSuchTarget), ("", NoSuchTarget)],
)  # fmt: skip
def test_what_is_nothing_of_this_site_is_no_target(
    app: Flask, text: str, refusal: type[Exception]
) -> None:
    with app.test_request_context(), pytest.raises(refusal):
        target_of(text)


def test_an_address_added_by_hand_leads_there_at_once(
    lead: FlaskClient, client: FlaskClient
) -> None:
    factories.article(slug="lamp")
    answer = lead.post(
        "/studio/addresses/", data={"old": "https://old.example/Help/7", "to": "/en/articles/lamp"}
    )
    assert answer.status_code == 303
    assert client.get("/help/7").headers["Location"] == "/en/articles/lamp"


@pytest.mark.parametrize(
    ("old", "to", "said"),
    [
        ("/en/articles/lamp", "/en/articles/lamp", "cannot be an old address"),
        ("no address", "/en/articles/lamp", "cannot be an old address"),
        ("/old", "https://elsewhere.example/", "never lead to another site"),
        ("/old", "/en/articles/none", "is no article and no category"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    lead: FlaskClient, old: str, to: str, said: str
) -> None:
    factories.article(slug="lamp")
    answer = lead.post("/studio/addresses/", data={"old": old, "to": to}, headers=ENGLISH)
    assert answer.status_code == 400
    assert said in answer.text
    assert db.session.query(OldAddress).count() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"old,new\n/a,/en/articles/lamp\n/b,/en/articles/none\n/c,lamp-key\n",
        "\ufeff/a;/en/articles/lamp\r\n/b;/en/articles/none\r\n/c;lamp-key\r\n".encode(),
        "/a\t/en/articles/lamp\n/é\t\n/c\tlamp-key".encode("cp1252"),
    ],
)
def test_a_file_keeps_what_can_be_kept_and_names_the_rest(
    lead: FlaskClient, content: bytes
) -> None:
    factories.article(slug="lamp", key="lamp-key")
    answer = lead.post(
        "/studio/addresses/file",
        data={"file": (io.BytesIO(content), "old.csv")},
        headers=ENGLISH,
    )
    assert {each.path for each in db.session.query(OldAddress)} == {"/a", "/c"}
    assert "Line " in answer.text
    assert "no article and no category" in answer.text


def test_an_empty_file_is_refused(lead: FlaskClient) -> None:
    answer = lead.post("/studio/addresses/file", data={"file": (io.BytesIO(b""), "old.csv")})
    assert answer.status_code == 400


def test_only_what_was_added_by_hand_is_removed_and_it_comes_back(
    lead: FlaskClient, client: FlaskClient
) -> None:
    article = factories.article(slug="lamp")
    imported, mine = keep_old("/old", article), keep_old("/mine", article, by="Ines")
    commit_changes()
    assert imported is not None
    assert mine is not None
    assert lead.post(f"/studio/addresses/{imported.id}/remove").status_code == 409
    assert lead.post(f"/studio/addresses/{mine.id}/remove").status_code == 303
    assert client.get("/mine").status_code == 404
    change = db.session.query(ChangeSet).one()
    lead.post(f"/studio/acts/{change.id}/undo")
    assert client.get("/mine").status_code == 301
    assert client.get("/old").status_code == 301


def test_an_address_that_leads_nowhere_now_says_so(lead: FlaskClient) -> None:
    article = factories.article("Lamp", slug="lamp")
    keep_old("/old", article)
    archive(article)
    commit_changes()
    page = lead.get("/studio/addresses/", headers=ENGLISH).text
    assert "nowhere now" in page
    assert "“Lamp” is not public" in page


def test_only_leads_see_addresses(sign_in: SignIn) -> None:
    assert sign_in(RoleName.REVIEWER).get("/studio/addresses/").status_code == 403


def test_taking_over_an_address_that_was_left_is_said(sign_in: SignIn) -> None:
    reviewer = sign_in(RoleName.REVIEWER)
    old, new = factories.article("Old lamp", slug="lamp"), factories.article("New lamp")
    change_slug(old, "old-lamp")
    commit_changes()
    data = {"revision": "1", "title": "New lamp", "body": "Text", "slug": "lamp"}
    answer = reviewer.post(f"/studio/drafts/{new.id}", data=data, headers=ENGLISH)
    assert answer.status_code == 303
    page = reviewer.get(f"/studio/drafts/{new.id}", headers=ENGLISH).text
    assert "“lamp” led to “Old lamp” until now" in page
