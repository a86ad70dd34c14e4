"""Leads put the tree of categories in order; nothing is lost, and what is done can be undone."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from articles.models import Article, Category, CategoryName
from articles.studio.models import CategoryRight, ChangeSet, Level
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.audit.models import AuditEntry
from kb.config import Settings
from kb.db import db
from tests import factories
from tests.articles.studio.cast import SignIn


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Without finished pages, which may be a third of a second behind."""
    return settings.model_copy(update={"page_cache_mb": 0})


@pytest.fixture
def lead(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(RoleName.LEAD)


def _order(parent: Category | None = None) -> list[str]:
    db.session.expire_all()
    rows = db.session.query(Category).filter_by(parent_id=parent.id if parent else None)
    return [each.key for each in sorted(rows, key=lambda each: (each.position, each.id))]


def _undo(visitor: FlaskClient) -> None:
    change = db.session.query(ChangeSet).order_by(ChangeSet.id.desc()).first()
    assert change is not None
    assert visitor.post(f"/studio/acts/{change.id}/undo").status_code == 303
    db.session.rollback()


def test_a_lead_adds_a_category_in_every_language(lead: FlaskClient) -> None:
    answer = lead.post(
        "/studio/categories/", data={"name-en": "Garden lamps", "name-fr": "Lampes de jardin"}
    )
    assert answer.status_code == 303
    names = {each.locale: each.slug for each in db.session.query(CategoryName)}
    assert names == {"en": "garden-lamps", "fr": "lampes-de-jardin"}


def test_a_category_without_a_name_is_refused_and_the_words_stay(lead: FlaskClient) -> None:
    answer = lead.post("/studio/categories/", data={"name-en": " ", "name-fr": ""})
    assert answer.status_code == 400
    assert db.session.query(Category).count() == 0


def test_a_taken_address_is_refused_with_the_name_of_its_owner(lead: FlaskClient) -> None:
    factories.category("lamps", en="Lamps")
    answer = lead.post(
        "/studio/categories/", data={"name-en": "lamps"}, headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 400
    assert "“Lamps”" in answer.text
    assert db.session.query(Category).count() == 1


def test_steps_reorder_and_nest(lead: FlaskClient) -> None:
    first, second, third = (factories.category(key) for key in ("a", "b", "c"))
    for category, step in ((third, "up"), (second, "indent")):
        lead.post(f"/studio/categories/{category.id}/move", data={"step": step})
    assert (_order(), _order(third)) == (["a", "c"], ["b"])
    lead.post(f"/studio/categories/{second.id}/move", data={"step": "outdent"})
    assert _order() == ["a", "c", "b"]
    lead.post(f"/studio/categories/{first.id}/move", data={"step": "down"})
    assert _order() == ["c", "a", "b"]


def test_a_move_says_where_the_category_is_now(lead: FlaskClient) -> None:
    factories.category("a")
    second = factories.category("b", en="Beds", fr="Lits")
    answer = lead.post(
        f"/studio/categories/{second.id}/move",
        data={"step": "up"},
        follow_redirects=True,
        headers={"Accept-Language": "en"},
    )
    assert "“Beds” is now number 1 of 2 at the top." in answer.text


@pytest.mark.parametrize(
    ("where", "order"), [("before", ["c", "a", "b"]), ("after", ["a", "c", "b"])]
)
def test_a_category_is_dropped_beside_another(
    lead: FlaskClient, where: str, order: list[str]
) -> None:
    first, _, third = (factories.category(key) for key in ("a", "b", "c"))
    data = {"beside": str(first.id), "where": where}
    lead.post(f"/studio/categories/{third.id}/move", data=data)
    assert _order() == order


def test_a_category_never_goes_below_itself(lead: FlaskClient) -> None:
    above = factories.category("a")
    below = factories.category("b", parent=above)
    answer = lead.post(f"/studio/categories/{above.id}/move", data={"under": below.id})
    assert answer.status_code == 303
    assert (_order(), _order(above)) == (["a"], ["b"])


def test_a_move_under_another_can_be_undone(lead: FlaskClient) -> None:
    first, second = factories.category("a"), factories.category("b")
    lead.post(f"/studio/categories/{first.id}/move", data={"under": second.id})
    assert _order(second) == ["a"]
    _undo(lead)
    assert _order() == ["a", "b"]


def test_readers_see_the_new_order_and_names(lead: FlaskClient, client: FlaskClient) -> None:
    for key in ("a", "b"):
        factories.article(category=factories.category(key, en=f"Shelf {key}", fr=f"Rayon {key}"))
    second = db.session.query(Category).filter_by(key="b").one()
    lead.post(f"/studio/categories/{second.id}/move", data={"step": "up"})
    lead.post(
        f"/studio/categories/{second.id}", data={"name-en": "Beds", "description-en": "To sleep"}
    )
    page = client.get("/en/").text
    assert page.index("Beds") < page.index("Shelf a")
    assert "To sleep" in page
    assert client.get("/en/categories/shelf%20b").status_code in {301, 404}


def test_a_renamed_category_keeps_its_old_addresses(lead: FlaskClient, client: FlaskClient) -> None:
    beds = factories.category("beds", en="Beds", fr="Lits")
    factories.article(category=beds)
    lead.post(
        f"/studio/categories/{beds.id}",
        data={"name-en": "Sleep", "slug-en": "sleep", "name-fr": "Lits", "slug-fr": "lits"},
    )
    assert client.get("/en/categories/beds").headers["Location"] == "/en/categories/sleep"
    assert "/en/categories/beds" in lead.get(f"/studio/categories/{beds.id}").text


def _two_with_everything() -> tuple[Category, Category]:
    beds, sofas = factories.category("beds", en="Beds"), factories.category("sofas", en="Sofas")
    factories.category("cots", parent=beds, en="Cots")
    factories.article("Slats", category=beds)
    beds.verify_days = 90
    noor = add_user("noor@clairson.example", "correct horse battery", RoleName.WRITER)
    db.session.add(CategoryRight(user_id=noor.id, category_id=beds.id, level=Level.PUBLISH))
    db.session.commit()
    return beds, sofas


def test_a_merge_loses_nothing(lead: FlaskClient, client: FlaskClient) -> None:
    beds, sofas = _two_with_everything()
    lead.post(f"/studio/categories/{beds.id}/merge", data={"into": sofas.id})
    db.session.expire_all()
    assert _order() == ["sofas"]
    assert _order(sofas) == ["cots"]
    assert [each.category_id for each in db.session.query(Article)] == [sofas.id]
    assert [each.category_id for each in db.session.query(CategoryRight)] == [sofas.id]
    assert sofas.verify_days == 90
    assert client.get("/en/categories/beds").headers["Location"] == "/en/categories/sofas"


def test_a_merge_can_be_undone(lead: FlaskClient, client: FlaskClient) -> None:
    beds, sofas = _two_with_everything()
    number = beds.id
    lead.post(f"/studio/categories/{beds.id}/merge", data={"into": sofas.id})
    _undo(lead)
    again = db.session.query(Category).filter_by(key="beds").one()
    assert (again.id, again.verify_days, sofas.verify_days) == (number, 90, None)
    assert (_order(), _order(again)) == (["beds", "sofas"], ["cots"])
    assert [each.category_id for each in db.session.query(Article)] == [again.id]
    assert [each.category_id for each in db.session.query(CategoryRight)] == [again.id]
    assert client.get("/en/categories/beds").status_code == 200


def test_undoing_a_merge_leaves_what_others_moved_on(lead: FlaskClient) -> None:
    beds, sofas = _two_with_everything()
    lead.post(f"/studio/categories/{beds.id}/merge", data={"into": sofas.id})
    article = db.session.query(Article).one()
    article.category_id = None
    db.session.commit()
    _undo(lead)
    assert db.session.query(Article).one().category_id is None
    assert "Slats" in lead.get("/studio/acts/").text


def test_rights_in_both_become_the_greater_and_part_again(lead: FlaskClient) -> None:
    beds, sofas = _two_with_everything()
    noor = db.session.query(User).filter_by(email="noor@clairson.example").one()
    db.session.add(CategoryRight(user_id=noor.id, category_id=sofas.id, level=Level.READ))
    db.session.commit()
    lead.post(f"/studio/categories/{beds.id}/merge", data={"into": sofas.id})
    assert [each.level for each in db.session.query(CategoryRight)] == [Level.PUBLISH]
    _undo(lead)
    levels = {each.category_id: each.level for each in db.session.query(CategoryRight)}
    assert sorted(levels.values()) == [Level.PUBLISH, Level.READ]
    assert levels[sofas.id] is Level.READ


def test_only_an_empty_category_is_removed(lead: FlaskClient) -> None:
    beds, _ = _two_with_everything()
    lead.post(f"/studio/categories/{beds.id}/remove")
    assert _order() == ["beds", "sofas"]


def test_a_category_that_limits_somebody_is_not_removed(lead: FlaskClient) -> None:
    beds = factories.category("beds")
    noor = add_user("noor@clairson.example", "correct horse battery", RoleName.WRITER, name="Noor")
    db.session.add(CategoryRight(user_id=noor.id, category_id=beds.id, level=Level.WRITE))
    db.session.commit()
    answer = lead.post(f"/studio/categories/{beds.id}/remove", follow_redirects=True)
    assert "Noor" in answer.text
    assert _order() == ["beds"]


def test_the_addresses_of_a_removed_category_lead_above_it_and_come_back(
    lead: FlaskClient, client: FlaskClient
) -> None:
    home = factories.category("home", en="Home")
    beds = factories.category("beds", parent=home, en="Beds")
    factories.article(category=home)
    lead.post(f"/studio/categories/{beds.id}/remove")
    assert client.get("/en/categories/beds").headers["Location"] == "/en/categories/home"
    _undo(lead)
    assert _order(home) == ["beds"]
    home_again = db.session.query(Category).filter_by(key="beds").one()
    assert [each.slug for each in home_again.names] == ["beds"]


def test_the_address_of_a_removed_top_category_leads_to_all_subjects(
    lead: FlaskClient, client: FlaskClient
) -> None:
    beds = factories.category("beds", en="Beds")
    lead.post(f"/studio/categories/{beds.id}/remove")
    assert client.get("/en/categories/beds").headers["Location"] == "/en/"


def test_every_act_is_in_the_log(lead: FlaskClient) -> None:
    lead.post("/studio/categories/", data={"name-en": "Beds"})
    beds = db.session.query(Category).one()
    other = factories.category("sofas", en="Sofas")
    lead.post(f"/studio/categories/{beds.id}", data={"name-en": "Sleep"})
    lead.post(f"/studio/categories/{beds.id}/move", data={"step": "down"})
    lead.post(f"/studio/categories/{beds.id}/merge", data={"into": other.id})
    lead.post(f"/studio/categories/{other.id}/remove")
    acts = [each.act for each in db.session.query(AuditEntry) if each.thing == "category"]
    assert acts == [f"category.{act}" for act in ("added", "renamed", "moved", "merged", "removed")]


def test_writers_do_not_organise(sign_in: SignIn) -> None:
    assert sign_in(RoleName.REVIEWER).get("/studio/categories/").status_code == 403
