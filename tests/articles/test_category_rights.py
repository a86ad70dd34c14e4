"""Claims about rights by category: who is limited works there, to that level, and nowhere else."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from articles import rights
from articles.models import Article, Category, Translation
from articles.rights import may, may_file, may_move, nearest_level, who_may, within
from articles.studio.models import CategoryRight, Level
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.audit.models import AuditEntry
from kb.db import db
from kb.rights import Right
from tests import factories
from tests.conftest import PASSWORD

SignIn = Callable[[RoleName], FlaskClient]


@pytest.fixture
def cast(app: Flask) -> Iterator[dict[str, Category]]:
    """A tree: lamps with wifi below it, and shop beside; nobody has signed in."""
    with app.test_request_context():
        yield tree()


def tree() -> dict[str, Category]:
    lamps = factories.category("lamps")
    wifi = factories.category("wifi", parent=lamps)
    return {"lamps": lamps, "wifi": wifi, "shop": factories.category("shop")}


def person(role: RoleName, **levels: Level) -> User:
    made = add_user(f"{role.value}-{len(levels)}@x.example", PASSWORD, role)
    for key, level in levels.items():
        category = db.session.scalars(select(Category).where(Category.key == key)).one()
        db.session.add(CategoryRight(user_id=made.id, category_id=category.id, level=level))
    db.session.commit()
    rights.forget_limits()
    return made


def about(category: Category | None, **more: object) -> Article:
    return factories.article(category=category, **more).article  # type: ignore[arg-type]


def test_who_has_no_row_works_everywhere_as_their_role_allows(cast: dict[str, Category]) -> None:
    writer = person(RoleName.WRITER)
    for where in (*cast.values(), None):
        assert may(Right.WRITE, about(where), person=writer)
        assert not may(Right.PUBLISH, about(where), person=writer)


def test_who_has_rows_works_there_and_below_only(cast: dict[str, Category]) -> None:
    writer = person(RoleName.WRITER, lamps=Level.WRITE)
    assert may(Right.WRITE, about(cast["lamps"]), person=writer)
    assert may(Right.WRITE, about(cast["wifi"]), person=writer)
    for right in (Right.READ_STUDIO, Right.WRITE):
        assert not may(right, about(cast["shop"]), person=writer)
        assert not may(right, about(None), person=writer)


def test_a_category_gives_nothing_that_the_role_does_not(cast: dict[str, Category]) -> None:
    writer = person(RoleName.WRITER, lamps=Level.PUBLISH)
    assert not may(Right.PUBLISH, about(cast["lamps"]), person=writer)


def test_each_level_includes_those_before_it(cast: dict[str, Category]) -> None:
    lead = person(RoleName.REVIEWER, lamps=Level.READ, wifi=Level.WRITE, shop=Level.PUBLISH)
    asked = [Right.READ_STUDIO, Right.WRITE, Right.REVIEW, Right.PUBLISH]
    for key, allowed in (("lamps", asked[:1]), ("wifi", asked[:2]), ("shop", asked)):
        article = about(cast[key])
        assert [each for each in asked if may(each, article, person=lead)] == allowed, key


def test_the_nearest_row_decides(cast: dict[str, Category]) -> None:
    reviewer = person(RoleName.REVIEWER, lamps=Level.PUBLISH, wifi=Level.READ)
    assert may(Right.PUBLISH, about(cast["lamps"]), person=reviewer)
    assert not may(Right.WRITE, about(cast["wifi"]), person=reviewer)


@pytest.mark.parametrize("role", [RoleName.LEAD, RoleName.ADMIN])
def test_who_looks_after_the_categories_is_never_limited(
    cast: dict[str, Category], role: RoleName
) -> None:
    lead = person(role, lamps=Level.READ)
    assert all(may(Right.PUBLISH, about(each), person=lead) for each in (cast["shop"], None))


@pytest.mark.usefixtures("any_app")
def test_lists_hold_what_may_be_read() -> None:
    cast = tree()
    writer = person(RoleName.WRITER, lamps=Level.WRITE, shop=Level.READ)
    inside, _ = about(cast["wifi"]), about(None)
    read_only = about(cast["shop"])
    for query in (select(Article), select(Article).join(Translation)):
        found = set(db.session.scalars(within(query, person=writer)))
        assert found == {inside, read_only}
    translations = within(select(Translation), Right.WRITE, person=writer)
    assert [each.article for each in db.session.scalars(translations)] == [inside]


def test_a_list_of_what_has_no_category_is_refused(cast: dict[str, Category]) -> None:
    writer = person(RoleName.WRITER, lamps=Level.WRITE)
    with pytest.raises(TypeError, match="article or translation"):
        within(select(User), person=writer)


def test_a_move_asks_in_both_places_and_more_of_what_is_public(cast: dict[str, Category]) -> None:
    writer = person(RoleName.WRITER, lamps=Level.WRITE)
    reviewer = person(RoleName.REVIEWER, lamps=Level.PUBLISH, shop=Level.WRITE)
    draft, public = about(cast["lamps"], draft=True), about(cast["lamps"])
    for who, article, to, allowed in (
        (writer, draft, "wifi", True), (writer, draft, "shop", False),
        (writer, public, "wifi", False), (reviewer, draft, "shop", True),
        (reviewer, public, "wifi", True), (reviewer, public, "shop", False),
    ):  # fmt: skip
        right = rights.right_to_change(article)
        found = may(right, article, person=who) and may_file(cast[to], right, person=who)
        assert found is allowed, (who.email, article.key, to)
    assert not may_move(draft, cast["wifi"]), "nobody has signed in"


def test_only_who_may_publish_an_article_is_offered_as_its_reviewer(
    cast: dict[str, Category],
) -> None:
    person(RoleName.REVIEWER, shop=Level.PUBLISH)
    able = person(RoleName.REVIEWER)
    assert who_may(Right.REVIEW, about(cast["lamps"])) == [able]


TREE = {1: None, 2: 1, 3: 2, 4: 1, 5: None}


@given(
    st.dictionaries(st.sampled_from(sorted(TREE)), st.sampled_from(list(Level))),
    st.sampled_from(sorted(TREE)),
)
def test_a_level_is_that_of_the_first_row_on_the_way_up(own: dict[int, Level], at: int) -> None:
    way = []
    each: int | None = at
    while each is not None:
        way.append(each)
        each = TREE[each]
    assert nearest_level(at, own, TREE) == next((own[n] for n in way if n in own), None)


def test_a_ring_of_categories_ends() -> None:
    assert nearest_level(1, {}, {1: 2, 2: 1}) is None


# The form


def asked(admin: FlaskClient, who: User, **fields: str) -> int:
    return admin.post(f"/studio/people/{who.id}/categories", data=fields).status_code


def test_an_administrator_chooses_the_categories_and_it_is_recorded(
    app: Flask, sign_in: SignIn
) -> None:
    admin = sign_in(RoleName.ADMIN)
    lamps, shop = factories.category("lamps"), factories.category("shop")
    writer = add_user("w@x.example", PASSWORD, RoleName.WRITER)
    fields = {f"category-{lamps.id}": "write", f"category-{shop.id}": "", "everywhere": "no"}
    assert asked(admin, writer, **fields) == 303
    assert {each.category_id: each.level for each in rows()} == {lamps.id: Level.WRITE}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "rights.changed")).one()
    assert (entry.thing_id, entry.details) == (writer.id, {"before": [], "after": ["lamps write"]})
    assert asked(admin, writer, everywhere="yes") == 303
    assert rows() == []


def rows() -> list[CategoryRight]:
    return list(db.session.scalars(select(CategoryRight)))


def test_choosing_no_category_is_not_taken_for_all_of_them(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(RoleName.ADMIN)
    lamps = factories.category("lamps")
    writer = person_in(lamps)
    assert asked(admin, writer, everywhere="no") == 303
    assert len(rows()) == 1
    assert '<p class="error">' in admin.get(f"/studio/people/{writer.id}").text


def person_in(category: Category) -> User:
    made = add_user("w@x.example", PASSWORD, RoleName.WRITER)
    db.session.add(CategoryRight(user_id=made.id, category_id=category.id, level=Level.READ))
    db.session.commit()
    return made
