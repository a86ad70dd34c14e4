"""Claims about what programs do to how articles are filed: by the rules of the studio, and no others."""

import base64
import io
import json
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from articles.models import Article, Audience, Category, SlugHistory
from articles.publishing import archive, commit_changes, restore
from articles.studio.models import CategoryRight, Level
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.api.scopes import Scope
from kb.audit.models import AuditEntry
from kb.db import db
from tests import factories
from tests.conftest import PASSWORD
from tests.kb.api.conftest import Program

READING = (Scope.ARTICLES_READ, Scope.ARTICLES_WRITE)
PUBLISHING = (*READING, Scope.ARTICLES_PUBLISH)
TENDING = (Scope.ARTICLES_READ, Scope.CATEGORIES_WRITE)


def change(client: FlaskClient, path: str, method: str = "PATCH", **values: Any) -> Any:
    """Change something as it stands now, and return the answer."""
    tag = {"If-Match": client.get(path.removesuffix("/merge")).headers["ETag"]}
    return client.open(path, method=method, json=values, headers=tag)


def filing(article: Article) -> str:
    return f"/api/v1/articles/{article.key}/filing"


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


# Articles


def test_an_article_is_filed_by_the_verbs_of_the_studio(program: Program) -> None:
    factories.category("lamps")
    text = factories.article("Return a lamp", slug="return")
    client = program(*PUBLISHING)
    answer = change(
        client,
        filing(text.article),
        category="lamps",
        audience="customers",
        tags=["  big   lamps ", "light", "light"],
        owner="camille",
        verify_by="2027-03-01",
        slugs={"en": "Send a lamp back"},
    )
    assert answer.status_code == 200, answer.text
    said = answer.json
    assert (said["category"], said["audience"], said["owner"]) == ("lamps", "customers", "camille")
    assert said["tags"] == ["big lamps", "light"]
    assert said["verify_by"] == "2027-03-01"
    assert said["translations"][0]["slug"] == "send-a-lamp-back"
    assert said == client.get(filing(text.article)).json
    assert db.session.scalars(select(SlugHistory.slug)).all() == ["return"]
    assert {"article.audience", "article.filed", "article.verify-date", "article.address"} <= set(
        acts()
    )


def test_what_is_not_named_stays_and_nothing_is_told_of_it(program: Program) -> None:
    article = factories.article().article
    article.owner, article.tags = "camille", ["light"]
    db.session.commit()
    client, before = program(*READING), len(acts())
    answer = change(client, filing(article), tags=["light"])
    assert (answer.json["owner"], answer.json["tags"]) == ("camille", ["light"])
    assert len(acts()) == before


def test_what_readers_see_at_once_needs_the_scope_to_publish(program: Program) -> None:
    factories.category("lamps")
    public = factories.article("Public").article
    draft = factories.article("Draft", draft=True).article
    writer = program(*READING)
    for values in ({"category": "lamps"}, {"audience": "staff"}, {"slugs": {"en": "other"}}):
        assert change(writer, filing(public), **values).status_code == 403
        assert change(writer, filing(draft), **values).status_code == 200
    assert change(writer, filing(draft), archived=True).status_code == 403
    assert change(writer, filing(public), tags=["light"], owner="camille").status_code == 200
    assert public.audience is Audience.EVERYONE


def test_a_change_is_made_of_the_state_that_was_read(program: Program) -> None:
    article = factories.article().article
    client = program(*READING)
    assert client.patch(filing(article), json={"tags": []}).status_code == 428
    tag = {"If-Match": client.get(filing(article)).headers["ETag"]}
    change(client, filing(article), owner="jonas")
    assert client.patch(filing(article), json={"owner": "x"}, headers=tag).status_code == 412
    db.session.expire_all()
    assert article.owner == "jonas"


def test_an_address_of_another_article_is_refused_and_nothing_is_changed(program: Program) -> None:
    factories.article("Other", slug="taken")
    article = factories.article("Mine", slug="mine").article
    answer = change(program(*PUBLISHING), filing(article), owner="jonas", slugs={"en": "taken"})
    assert answer.status_code == 409
    assert answer.json["errors"] == [{"detail": "It is that of “Other”.", "pointer": "#/slugs/en"}]
    db.session.expire_all()
    assert (article.owner, article.translations[0].slug) == ("", "mine")


def test_all_languages_leave_the_site_and_come_back(program: Program) -> None:
    english = factories.article("Lamp")
    factories.article("Lampe", locale="fr", of=english.article)
    client, public = program(*PUBLISHING), f"/api/v1/articles/{english.article.key}"
    gone = change(client, filing(english.article), archived=True)
    assert {each["status"] for each in gone.json["translations"]} == {"archived"}
    assert client.get(public).status_code == 404
    assert change(client, filing(english.article), archived=False).json["archived"] is False
    assert len(client.get(public).json["translations"]) == 2


def test_an_article_is_called_still_right_by_whoever_has_the_key(program: Program) -> None:
    article = factories.article().article
    client = program(*READING)
    tag = {"If-Match": client.get(filing(article)).headers["ETag"]}
    answer = client.post(f"/api/v1/articles/{article.key}/verify", headers=tag)
    assert answer.json["verified_by"] == "API key Shop"
    assert acts()[-1] == "article.verified"


def test_what_came_and_left_is_listed_in_its_order(program: Program) -> None:
    text = factories.article("Lamp")
    client = program(Scope.ARTICLES_READ)
    since = text.published_at
    archive(text)
    commit_changes()
    restore(text)
    commit_changes()
    first = client.get("/api/v1/article-changes?limit=2").json
    last = client.get(first["next"]).json
    rows = [*first["items"], *last["items"]]
    assert [each["revision"] for each in rows] == [1, None, 1]
    assert {each["key"] for each in rows} == {text.article.key}
    assert last["next"] is None
    asked = {"since": rows[1]["at"], "locale": "en"}
    assert client.get("/api/v1/article-changes", query_string=asked).json["items"] == rows[1:]
    assert since is not None
    assert program().get("/api/v1/article-changes").status_code == 401


# Pictures


def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(kept, "PNG")
    return kept.getvalue()


def send(client: FlaskClient, content: bytes, name: str, **more: str) -> Any:
    return client.post(
        "/api/v1/attachments",
        query_string={"name": name, **more},
        data=content,
        content_type="application/octet-stream",
    )


def test_a_picture_is_kept_and_shown_in_an_article(program: Program) -> None:
    client = program(*PUBLISHING)
    kept = send(client, picture(), "red.png", alt="A red lamp")
    assert kept.status_code == 201, kept.text
    assert (kept.json["width"], kept.json["height"]) == (40, 20)
    assert kept.json["markdown"].startswith("![A red lamp](attachment:")
    made = client.post(
        "/api/v1/articles", json={"title": "Lamp", "body": kept.json["markdown"], "locale": "en"}
    )
    tag = {"If-Match": client.get(made.headers["Location"]).headers["ETag"]}
    client.post(f"{made.headers['Location']}/publish", json={}, headers=tag)
    assert client.get(kept.json["url"]).mimetype == kept.json["media_type"] == "image/webp"


def test_a_file_that_is_not_what_it_says_is_refused(program: Program) -> None:
    client = program(*READING)
    page = base64.b64encode(b"<script>alert(1)</script>")
    refused = send(client, page, "lamp.png")
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "#")
    assert client.post("/api/v1/attachments?name=a.png", json={}).status_code == 415
    assert send(client, b"0" * 20_000_001, "lamp.png").status_code == 413
    assert send(program(Scope.ARTICLES_READ), picture(), "a.png").status_code == 403


def test_the_longest_body_is_taken_however_it_is_spelt(program: Program) -> None:
    told = json.dumps({"title": "Long", "body": "é" * 500_000, "locale": "en"})
    assert len(told) > 3_000_000  # each as six characters
    made = program(*READING).post("/api/v1/articles", data=told, content_type="application/json")
    assert made.status_code == 201


# Categories


def test_a_category_is_added_named_moved_and_removed(program: Program) -> None:
    factories.category("shop")
    client = program(*TENDING)
    made = client.post("/api/v1/categories", json={"names": {"en": {"name": "Lamps"}}})
    assert made.status_code == 201, made.text
    here = made.headers["Location"]
    assert (made.json["key"], made.json["position"]) == ("lamps", 1)
    names = {"en": {"name": "Light"}, "fr": {"name": "Lumière", "slug": "eclairage"}}
    named = change(client, here, names=names).json
    assert (named["names"]["fr"]["slug"], named["names"]["en"]["slug"]) == ("eclairage", "light")
    assert change(client, here, parent="shop").json["parent"] == "shop"
    top = change(client, here, parent=None, position=0).json
    assert (top["parent"], top["position"]) == (None, 0)
    assert client.get("/api/v1/categories/shop").json["children"] == []
    assert change(client, here, "DELETE").status_code == 204
    assert client.get(here).status_code == 404
    assert acts() == [
        "api-key.made", "category.added", "category.renamed", "category.moved",
        "category.moved", "category.removed",
    ]  # fmt: skip


def test_a_category_that_holds_something_is_merged_and_not_removed(program: Program) -> None:
    lamps, shop = factories.category("lamps"), factories.category("shop")
    article = factories.article(category=lamps).article
    client, here = program(*TENDING), "/api/v1/categories/lamps"
    refused = change(client, here, "DELETE")
    assert (refused.status_code, refused.json["type"][-8:]) == (409, "conflict")
    assert change(client, f"{here}/merge", "POST", into="shop").json["articles"] == 1
    assert client.get(here).status_code == 404
    db.session.expire_all()
    assert article.category == shop


def test_what_the_tree_cannot_hold_is_refused(program: Program) -> None:
    above = factories.category("lamps")
    factories.category("bulbs", parent=above)
    client, here = program(*TENDING), "/api/v1/categories/lamps"
    assert change(client, here, parent="bulbs").status_code == 409
    assert change(client, here, parent="nowhere").json["errors"][0]["pointer"] == "#/parent"
    taken = {"en": {"name": "Anything", "slug": factories.category("shop").names[0].slug}}
    assert change(client, here, names=taken).status_code == 409
    assert client.post("/api/v1/categories", json={"names": {}}).status_code == 422
    assert program(*PUBLISHING).post("/api/v1/categories", json={}).status_code == 403


def test_a_category_to_which_somebody_is_limited_is_not_removed(program: Program) -> None:
    category = factories.category("lamps")
    user = add_user("bea@example.com", PASSWORD, RoleName.WRITER, name="Bea")
    db.session.add(CategoryRight(user_id=user.id, category_id=category.id, level=Level.WRITE))
    db.session.commit()
    refused = change(program(*TENDING), "/api/v1/categories/lamps", "DELETE")
    assert refused.status_code == 409
    assert "Bea" in refused.json["detail"]
    assert db.session.scalar(select(Category.key)) == "lamps"


def test_empty_categories_are_listed_for_keys_that_ask(program: Program) -> None:
    factories.category("shop")
    factories.article(category=factories.category("lamps"))
    path = "/api/v1/categories?locale=en"
    keys = [each["key"] for each in program().get(path).json["items"]]  # type: ignore[index]
    assert keys == ["lamps"]
    assert program().get(f"{path}&empty=true").status_code == 401
    answer = program(Scope.ARTICLES_READ).get(f"{path}&empty=true").json
    assert {each["key"]: each["count"] for each in answer["items"]} == {"lamps": 1, "shop": 0}  # type: ignore[index]
