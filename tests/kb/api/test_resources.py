"""Claims about what programs do through the API: articles, search, votes, reports, people, imports."""

import io
import zipfile

import pytest
from flask import Flask
from sqlalchemy import select

from articles.models import Article, Audience, Translation
from feedback.models import Channel, SearchIntent, Visit, Vote
from kb.accounts.models import RoleName, User
from kb.accounts.people import role_of
from kb.accounts.security import add_user
from kb.api.scopes import Scope
from kb.db import db
from search import sync
from tests import factories
from tests.conftest import PASSWORD
from tests.kb.api.conftest import Program

LAMP = "Pack the lamp well and send it back to us within thirty days. The money comes back."
WRITING = (Scope.ARTICLES_READ, Scope.ARTICLES_WRITE, Scope.ARTICLES_PUBLISH)


# Articles


def test_readers_get_what_is_public_and_keys_what_is_not_when_they_ask(program: Program) -> None:
    factories.article("For all")
    factories.article("For staff", audience=Audience.STAFF, key="for-staff")
    factories.article("A draft", draft=True)

    def titles(client: Program, arguments: str = "") -> set[str]:
        answer = client.get(f"/api/v1/articles{arguments}")  # type: ignore[attr-defined]
        return {each["title"] for each in answer.json["items"]}

    reader = program(Scope.ARTICLES_READ)
    assert titles(reader) == titles(program()) == {"For all"}  # type: ignore[arg-type]
    assert titles(reader, "?audience=staff") == {"For all", "For staff"}  # type: ignore[arg-type]
    assert titles(reader, "?status=draft") == {"A draft"}  # type: ignore[arg-type]
    for arguments in ("?audience=staff", "?status=draft"):
        assert program().get(f"/api/v1/articles{arguments}").status_code == 401
        assert program(Scope.REPORTS_READ).get(f"/api/v1/articles{arguments}").status_code == 403
    assert program().get("/api/v1/articles/for-staff").status_code == 404
    assert reader.get("/api/v1/articles/for-staff?audience=staff").status_code == 200


def test_an_article_comes_in_all_its_languages_with_addresses_that_hold_elsewhere(
    program: Program,
) -> None:
    english = factories.article("Return", "See [this](article:other).\n\n## How\n\nPack it.")
    factories.article("Retour", locale="fr", of=english.article)
    factories.article("Other", key="other")
    answer = program().get(f"/api/v1/articles/{english.article.key}")
    assert answer.json is not None
    first, second = answer.json["translations"]
    assert (first["locale"], second["locale"]) == ("en", "fr")
    assert 'href="http://localhost/en/articles/' in first["html"]
    assert first["sections"][1] == {"anchor": "how", "path": ["How"], "text": "Pack it."}
    only = program().get(f"/api/v1/articles/{english.article.key}?locale=fr")
    assert only.json is not None
    assert [each["title"] for each in only.json["translations"]] == ["Retour"]


def test_articles_are_listed_by_category_with_what_is_below(program: Program) -> None:
    lighting = factories.category("lighting")
    lamps = factories.category("lamps", parent=lighting)
    factories.article("Bulb", category=lamps)
    factories.article("Sofa")
    answer = program().get("/api/v1/articles?category=lighting")
    assert answer.json is not None
    assert [each["category"] for each in answer.json["items"]] == ["lamps"]
    tree = program().get("/api/v1/categories?locale=en").json
    assert tree is not None
    assert tree["items"][0]["children"][0]["count"] == 1


def test_a_draft_is_written_published_and_taken_off(program: Program) -> None:
    writer = program(*WRITING)
    made = writer.post("/api/v1/articles", json={"title": "Lamp", "body": LAMP, "locale": "en"})
    here, public = made.headers["Location"], "/api/v1/articles/lamp"
    assert writer.get(public).status_code == 404

    def act(verb: str, status: str) -> None:
        tag = {"If-Match": writer.get(here).headers["ETag"]}
        done = writer.post(f"{here}/{verb}", json={} if verb == "publish" else None, headers=tag)
        assert done.json is not None
        assert (done.status_code, done.json["status"]) == (200, status)

    act("publish", "published")
    assert writer.get(public).status_code == 200
    act("archive", "archived")
    assert writer.get(public).status_code == 404
    act("restore", "published")
    article = db.session.scalars(select(Article)).one()
    assert article.translations[0].revisions[0].author == "API key Shop"


def test_to_write_and_to_publish_are_two_scopes(program: Program) -> None:
    writer = program(Scope.ARTICLES_READ, Scope.ARTICLES_WRITE)
    made = writer.post("/api/v1/articles", json={"title": "Lamp", "body": LAMP, "locale": "en"})
    here = made.headers["Location"]
    tag = {"If-Match": writer.get(here).headers["ETag"]}
    assert writer.post(f"{here}/publish", json={}, headers=tag).status_code == 403


def test_what_the_checks_block_does_not_reach_readers(program: Program) -> None:
    writer = program(*WRITING)
    words = {"title": "Lamp", "body": "![](https://shop.example/lamp.png)", "locale": "en"}
    here = writer.post("/api/v1/articles", json=words).headers["Location"]
    tag = {"If-Match": writer.get(here).headers["ETag"]}
    answer = writer.post(f"{here}/publish", json={}, headers=tag)
    assert answer.status_code == 409
    assert "image-alt" in answer.json["detail"]  # type: ignore[index]


# Search


@pytest.fixture
def lamp(app: Flask) -> Translation:
    found = factories.article(
        "Return a lamp", f"# How\n\n{LAMP}", answers=("How to send it back?",)
    )
    factories.article("Clean a sofa", "Rub it with soap, then let it dry for a day.")
    sync.reconcile(app)
    return found


def test_an_answer_is_given_where_the_site_is_sure_and_nowhere_else(
    program: Program, lamp: Translation
) -> None:
    sure = program().get("/api/v1/answer?q=return+a+lamp&locale=en").json
    assert sure is not None
    assert sure["answer"]["key"] == lamp.article.key
    assert sure["answer"]["sentence"] in sure["answer"]["text"]
    unsure = program().get("/api/v1/answer?q=cancel+my+subscription&locale=en").json
    assert unsure is not None
    assert (unsure["answer"], unsure["weak"]) == (None, True)


def test_a_search_counts_in_the_channel_of_the_api_unless_nobody_asked(
    program: Program, lamp: Translation
) -> None:
    shop = program(Scope.ARTICLES_READ)
    for words, visitor in (("return a lamp", "a"), ("send a lamp back", "a"), ("lamp", "b")):
        shop.get(
            "/api/v1/search",
            query_string={"q": words, "locale": "en"},
            headers={"X-KB-Visitor": visitor},
        )
    shop.get("/api/v1/search?q=lamp&locale=en&for_person=false")
    visits = db.session.scalars(select(Visit)).all()
    assert {each.channel for each in visits} == {Channel.API}
    assert len(visits) == 2
    assert not any(each.is_bot for each in visits)
    assert len(db.session.scalars(select(SearchIntent)).all()) == 3


def test_suggestions_complete_what_is_typed(program: Program, lamp: Translation) -> None:
    answer = program().get("/api/v1/suggest?q=retu&locale=en").json
    assert answer is not None
    assert [each["text"] for each in answer["items"]] == ["Return a lamp"]


# Votes


def test_a_vote_is_one_for_each_visitor_and_may_be_changed(program: Program) -> None:
    key = factories.article().article.key
    shop = program(Scope.ARTICLES_READ)
    for helpful, visitor, is_changed in (
        (True, "a", False),
        (False, "a", True),
        (True, "b", False),
    ):
        answer = shop.post(
            f"/api/v1/articles/{key}/votes",
            json={"locale": "en", "helpful": helpful, "comment": "sam@example.com says so"},
            headers={"X-KB-Visitor": visitor},
        )
        assert answer.status_code == 201
        assert answer.json == {"helpful": helpful, "is_changed": is_changed}
    votes = db.session.scalars(select(Vote).order_by(Vote.id)).all()
    assert [each.helpful for each in votes] == [False, True]
    assert "sam@example.com" not in (votes[0].comment or "")


def test_a_reason_goes_with_its_answer(program: Program) -> None:
    key = factories.article().article.key
    answer = program().post(
        f"/api/v1/articles/{key}/votes",
        json={"locale": "en", "helpful": True, "reason": "incomplete"},
    )
    assert answer.status_code == 422
    assert db.session.scalars(select(Vote)).all() == []


# Reports


def test_every_report_is_there_as_its_page_makes_it(program: Program) -> None:
    reader = program(Scope.REPORTS_READ)
    names = reader.get("/api/v1/reports").json
    assert names is not None
    assert "overview" in names["items"]
    for name in names["items"]:
        answer = reader.get(f"/api/v1/reports/{name}?since=2026-01-01&until=2026-01-31")
        assert answer.status_code == 200, name
        assert answer.json is not None
        for table in answer.json["tables"]:
            assert {len(row) for row in table["rows"]} <= {len(table["columns"])}
    assert (
        reader.get("/api/v1/reports/overview?since=2026-02-01&until=2026-01-01").status_code == 422
    )


# People


def test_people_are_invited_given_roles_and_closed(program: Program) -> None:
    manager = program(Scope.USERS_MANAGE)
    sam = {"email": "sam@example.com", "role": "writer", "name": "Sam"}
    made = manager.post("/api/v1/users", json=sam)
    assert made.status_code == 201
    assert manager.post("/api/v1/users", json=sam).status_code == 409
    assert manager.post("/api/v1/users", json={**sam, "email": "nobody"}).status_code == 422
    here = made.headers["Location"]
    for change, expected in (
        ({"role": "lead"}, ("lead", "invited")),
        ({"is_open": False}, ("lead", "closed")),
        ({"is_open": True, "role": "customer"}, ("customer", "invited")),
    ):
        tag = {"If-Match": manager.get(here).headers["ETag"]}
        changed = manager.patch(here, json=change, headers=tag).json
        assert changed is not None
        assert (changed["role"], changed["state"]) == expected


def test_no_key_makes_or_unmakes_an_administrator(program: Program) -> None:
    add_user("noor@example.com", PASSWORD, RoleName.ADMIN)
    manager = program(Scope.USERS_MANAGE)
    sam = {"email": "sam@example.com", "role": "admin"}
    assert manager.post("/api/v1/users", json=sam).status_code == 422
    found = manager.get("/api/v1/users?email=NOOR@example.com").json
    assert found is not None
    here = f"/api/v1/users/{found['items'][0]['id']}"
    tag = {"If-Match": manager.get(here).headers["ETag"]}
    assert manager.patch(here, json={"is_open": False}, headers=tag).status_code == 403
    db.session.expire_all()
    noor = db.session.scalars(select(User)).one()
    assert (noor.active, role_of(noor)) == (True, RoleName.ADMIN)


# Imports


def test_files_are_imported_all_or_as_a_trial(program: Program) -> None:
    importer = program(Scope.IMPORT_WRITE)
    files = {
        "source": "handbook",
        "files": [{"path": "en/lamps/return.md", "text": f"# Return a lamp\n\n{LAMP}\n"}],
    }
    trial = importer.post("/api/v1/import", json={**files, "dry_run": True}).json
    assert trial is not None
    assert (trial["created"], trial["written"]) == (1, False)
    assert db.session.scalars(select(Article)).all() == []
    done = importer.post("/api/v1/import", json=files).json
    assert done is not None
    assert (done["created"], done["written"]) == (1, True)
    again = importer.post("/api/v1/import", json=files).json
    assert again is not None
    assert again["unchanged"] == 1


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


ONE = zipped(**{"en/a.md": b"# A lamp\n\nIt shines.\n"})
ARCHIVES = {
    "leads out": (zipped(**{"../a.md": b"# Out\n\nOf it.\n"}), "application/zip", 422),
    "bomb": (zipped(**{"bomb.md": b"\0" * 100_000_001}), "application/zip", 413),
    "none": (b"no archive", "application/zip", 422),
    "another kind": (ONE, "application/json", 415),
    "too large": (b"\0" * 20_000_001, "application/zip", 413),
    "right": (ONE, "application/zip", 200),
}


def test_an_archive_is_imported_if_it_is_one(program: Program) -> None:
    importer = program(Scope.IMPORT_WRITE)
    for name, (data, kind, status) in ARCHIVES.items():
        answer = importer.post("/api/v1/import/archive?source=zip", data=data, content_type=kind)
        assert answer.status_code == status, name
        assert bool(db.session.scalars(select(Article)).all()) == (status == 200), name
