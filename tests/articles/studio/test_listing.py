"""Claims about the list of all articles: what it finds, and what can be done to many at once."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import login_user
from sqlalchemy import event, select

from articles.drafting import newest, save_draft
from articles.links.models import Link, LinkState, LinkUse
from articles.models import Article, Audience, Kind, Status, Translation
from articles.publishing import Words, archive, commit_changes, publish, schedule
from articles.studio.listing.bulk import AT_ONCE, Act
from articles.studio.listing.figures import Figures, register_figures
from articles.studio.listing.filters import Sort, State, Wanted, matching, wanted_from
from articles.studio.models import CategoryRight, ChangeSet, Level, Review
from articles.studio.organising.ordering import folded, found
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.audit.models import AuditEntry
from kb.db import db, utc_now
from tests import factories
from tests.articles.studio.cast import SignIn

LIST = "/studio/articles"


@pytest.fixture
def lead(sign_in: SignIn) -> FlaskClient:
    return _english(sign_in(RoleName.LEAD))


def _english(client: FlaskClient) -> FlaskClient:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def titles(client: FlaskClient, address: str = LIST) -> list[str]:
    """Return the titles of a page of the list, in order."""
    html = client.get(address).text
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', html)


def do(client: FlaskClient, act: Act, articles: Sequence[Translation], value: str = "") -> str:
    """Do an act to articles, and return the page that comes next."""
    ids = " ".join(str(each.article_id) for each in articles)
    sent = {"act": act, "articles": ids, "value": value, "back": LIST}
    return client.post(f"{LIST}/changed", data=sent, follow_redirects=True).text


def undo(client: FlaskClient) -> str:
    number = db.session.scalars(select(ChangeSet.id).order_by(ChangeSet.id.desc())).first()
    return client.post(f"/studio/acts/{number}/undo", follow_redirects=True).text


def again(translation: Translation) -> Translation:
    db.session.refresh(translation)
    db.session.refresh(translation.article)
    return translation


def listed(**asked: Any) -> list[str]:
    """Return the titles that filters find, as a lead sees them."""
    ids = db.session.scalars(matching(wanted_from(asked))).all()
    rows = select(Translation.title).where(Translation.article_id.in_(ids))
    return sorted(db.session.scalars(rows))


@pytest.fixture
def as_lead(app: Flask, lead: FlaskClient) -> Any:
    """The request of a lead, for questions that look at who asks."""
    user = db.session.scalars(select(User)).one()
    with app.test_request_context(headers={"Accept-Language": "en"}):
        login_user(user)
        yield


def test_each_filter_leaves_what_it_says(as_lead: None) -> None:
    lamps = factories.category("lamps")
    inside = factories.category("inside", parent=lamps)
    plain = factories.article("Plain", category=inside, kind=Kind.GUIDE)
    plain.article.owner, plain.article.tags = "camille", ["été", "b"]
    staff = factories.article("Staff", locale="fr")
    staff.article.audience = Audience.STAFF
    draft = factories.article("Draft", draft=True)
    gone = factories.article("Gone")
    archive(gone)
    later = factories.article("Later", draft=True)
    schedule(later, newest(later), at=utc_now() + timedelta(days=1))
    changed = factories.article("Changed")
    save_draft(changed, Words("Changed", "Anew."), after=1, by="x")
    db.session.add(Review(translation_id=draft.id, revision_id=newest(draft).id))
    link = Link(url="https://a.example/", host="a.example", state=LinkState.BROKEN)
    db.session.add(link)
    db.session.flush()
    db.session.add(LinkUse(link_id=link.id, translation_id=staff.id))
    staff.article.verify_by = utc_now() - timedelta(days=1)
    commit_changes()
    everything = ["Changed", "Draft", "Gone", "Later", "Plain", "Staff"]
    assert listed() == everything
    assert listed(status="draft") == ["Draft"]
    assert listed(status="review") == ["Draft"]
    assert listed(status="scheduled") == ["Later"]
    assert listed(status="published") == ["Changed", "Plain", "Staff"]
    assert listed(status="changed") == ["Changed"]
    assert listed(status="archived") == ["Gone"]
    assert listed(category="lamps") == ["Plain"], "what lies below counts too"
    assert listed(category="-") == ["Changed", "Draft", "Gone", "Later", "Staff"]
    assert listed(kind="guide") == ["Plain"]
    assert listed(language="fr") == ["Staff"]
    assert listed(language="fr", status="draft") == []
    assert listed(owner="camille") == ["Plain"]
    assert listed(owner="-") == ["Changed", "Draft", "Gone", "Later", "Staff"]
    assert listed(audience="staff") == ["Staff"]
    assert listed(tag="été") == ["Plain"]
    assert listed(tag="é") == []
    assert listed(verify="1") == ["Staff"]
    assert listed(broken="1") == ["Staff"]
    assert listed(status="nonsense", kind="no") == everything


SEARCHES = {
    "lampe": ["Éclairer la lampe"],
    "éclairer": ["Éclairer la lampe"],
    "ÉCLAIRER lampe": ["Éclairer la lampe"],
    "key-of-it": ["Éclairer la lampe"],
    "its-address": ["Éclairer la lampe"],
    "secret words": ["Other"],
    "newest": ["Other"],
    "100%": ["Other"],
    "100x": [],
    "lampe secret": [],
}


def test_a_search_finds_titles_keys_addresses_and_texts(any_app: Flask) -> None:
    user = add_user("l@x.example", "correct horse battery", RoleName.LEAD)
    factories.article("Éclairer la lampe", locale="fr", key="key-of-it", slug="its-address")
    other = factories.article("Other", "The secret words, at 100%.")
    save_draft(other, Words("Other", "The secret words, at 100%. Newest."), after=1, by="x")
    with any_app.test_request_context():
        login_user(user)
        assert {query: listed(q=query) for query in SEARCHES} == SEARCHES
        for state in State:
            assert listed(status=state.value, q="nowhere") == []
        assert listed(tag="é", verify="1", broken="1", owner="-", category="-") == []
        for sort in Sort:
            assert len(found(wanted_from({"sort": sort.value}))) == 2


def test_a_translation_behind_its_source_is_found_and_shown(lead: FlaskClient) -> None:
    source = factories.article("Source", locale="fr")
    behind = factories.article("Translated", of=source.article)
    factories.article("Alone", locale="fr")
    revision = save_draft(source, Words("Source", "Quite other words."), after=1, by="x")
    publish(source, revision)
    commit_changes()
    behind.revisions[0].translated_from = source.revisions[0].id
    commit_changes()
    assert titles(lead, LIST + "?status=behind") == ["Translated"]
    assert "state-behind" in lead.get(LIST + "?status=behind").text


def test_the_list_is_put_in_order(app: Flask, lead: FlaskClient) -> None:
    now = utc_now()
    for days, title in ((3, "Éa"), (1, "eb"), (2, "Ec"), (9, "zz")):
        factories.article(title, published_at=now - timedelta(days=days))
    numbers = {each.title: each.id for each in db.session.scalars(select(Translation))}
    told = {numbers["Éa"]: Figures(5, 9, 10), numbers["eb"]: Figures(50, 1, 1),
            numbers["Ec"]: Figures(20, 1, 9)}  # fmt: skip
    register_figures(app, lambda: told)
    assert titles(lead) == ["eb", "Ec", "Éa", "zz"], "the last change first"
    assert titles(lead, LIST + "?sort=title") == ["Éa", "eb", "Ec", "zz"]
    assert titles(lead, LIST + "?sort=title&back=1") == ["zz", "Ec", "eb", "Éa"]
    assert titles(lead, LIST + "?sort=visits") == ["eb", "Ec", "Éa", "zz"]
    assert titles(lead, LIST + "?sort=helpful") == ["Ec", "eb", "Éa", "zz"], "no votes come last"
    for title, days in (("zz", 1), ("eb", 5)):
        article = db.session.get(Translation, numbers[title]).article  # type: ignore[union-attr]
        article.verify_by = now + timedelta(days=days)
    db.session.commit()
    assert titles(lead, LIST + "?sort=verify")[:2] == ["zz", "eb"]


def test_an_address_of_the_list_says_what_is_unusual_and_nothing_else() -> None:
    wanted = wanted_from({"q": " a  b ", "status": "draft", "page": "3", "verify": "1"})
    assert wanted.arguments() == {"q": "a b", "status": "draft", "page": "3", "verify": "1"}
    assert wanted_from(wanted.arguments()) == wanted
    assert Wanted().arguments() == {}


def test_accents_and_capitals_do_not_part_what_belongs_together() -> None:
    assert folded("ÉCLAIR") == folded("éclair") == folded("eclair")


def test_a_page_of_the_list_costs_the_same_however_long_it_is(
    app: Flask, lead: FlaskClient
) -> None:
    def queries() -> int:
        count = []
        listen = lambda *_all: count.append(1)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        lead.get(LIST)
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(count)

    factories.article("First", category=factories.category("one"))
    few = queries()
    for number in range(8):
        factories.article(f"More {number}", category=factories.category(f"c{number}"))
    assert queries() <= few
    assert few <= 30


def test_a_move_is_announced_done_audited_and_undone(lead: FlaskClient) -> None:
    lamps = factories.category("lamps", en="Lamps", fr="Lampes")
    one, two = factories.article("One"), factories.article("Two", category=lamps)
    asked = lead.post(f"{LIST}/change", data={"act": Act.MOVE, "all": "1"}).text
    assert "2 articles will be changed" in asked
    page = do(lead, Act.MOVE, [one, two], "lamps")
    assert "1 article changed" in page
    assert again(one).article.category == lamps
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == Act.MOVE)).one()
    assert (entry.label, entry.details) == ("One", {"category": "lamps"})
    assert "Undone: 1 is as it was" in undo(lead)
    assert again(one).article.category is None
    assert again(two).article.category == lamps


@pytest.mark.parametrize(
    ("act", "value", "before", "after"),
    [
        (Act.TAG, "new", ["old"], ["old", "new"]),
        (Act.UNTAG, "old", ["old"], []),
    ],
)
def test_a_tag_is_put_on_or_off_and_back(
    lead: FlaskClient, act: Act, value: str, before: list[str], after: list[str]
) -> None:
    one = factories.article("One")
    one.article.tags = before
    db.session.commit()
    do(lead, act, [one], value)
    assert again(one).article.tags == after
    undo(lead)
    assert again(one).article.tags == before


def test_archiving_and_restoring_are_each_undone(lead: FlaskClient) -> None:
    one = factories.article("One")
    do(lead, Act.ARCHIVE, [one])
    assert again(one).status() is Status.ARCHIVED
    undo(lead)
    assert again(one).status() is Status.PUBLISHED
    do(lead, Act.ARCHIVE, [one])
    do(lead, Act.RESTORE, [one])
    assert again(one).status() is Status.PUBLISHED
    undo(lead)
    assert again(one).status() is Status.ARCHIVED


def test_undoing_leaves_what_others_have_changed_since_and_names_it(lead: FlaskClient) -> None:
    one, two = factories.article("One"), factories.article("Two")
    do(lead, Act.ASSIGN, [one, two], "camille")
    again(one).article.owner = "jonas"
    db.session.commit()
    page = undo(lead)
    assert "Undone: 1 is as it was" in page
    assert "“One”" in page
    assert (again(one).article.owner, again(two).article.owner) == ("jonas", "")


def test_an_act_is_undone_once(lead: FlaskClient) -> None:
    one = factories.article("One")
    do(lead, Act.ASSIGN, [one], "camille")
    undo(lead)
    again(one).article.owner = "camille"
    db.session.commit()
    assert "undone already" in undo(lead)
    assert again(one).article.owner == "camille"


def test_nobody_undoes_what_another_has_done_but_leads(sign_in: SignIn) -> None:
    one = factories.article("One")
    writer = _english(sign_in(RoleName.WRITER))
    reviewer = _english(sign_in(RoleName.REVIEWER))
    do(reviewer, Act.ASSIGN, [one], "camille")
    number = db.session.scalars(select(ChangeSet.id)).one()
    assert writer.post(f"/studio/acts/{number}/undo").status_code == 403
    assert "One" not in writer.get("/studio/acts/").text
    lead = _english(sign_in(RoleName.LEAD))
    assert lead.post(f"/studio/acts/{number}/undo").status_code == 303
    assert again(one).article.owner == ""


def test_what_a_writer_may_not_change_is_left_out_and_named(sign_in: SignIn) -> None:
    public, draft = factories.article("Public"), factories.article("Begun", draft=True)
    lamps = factories.category("lamps")
    writer = _english(sign_in(RoleName.WRITER))
    asked = writer.post(f"{LIST}/change", data={"act": Act.MOVE, "all": "1"}).text
    assert "1 is left out" in asked
    assert asked.index("<li>Public</li>") < asked.index("<li>Begun</li>")
    page = do(writer, Act.MOVE, [public, draft], "lamps")
    assert "1 was left as it is" in page
    assert again(public).article.category is None
    assert again(draft).article.category == lamps
    assert "1 was left as it is" not in do(writer, Act.ARCHIVE, [])
    do(writer, Act.ARCHIVE, [public])
    assert again(public).status() is Status.PUBLISHED


def test_a_writer_of_some_categories_sees_and_changes_only_these(sign_in: SignIn) -> None:
    ours, theirs = factories.category("ours"), factories.category("theirs")
    mine = factories.article("Mine", category=ours, draft=True)
    other = factories.article("Other", category=theirs, draft=True)
    writer = _english(sign_in(RoleName.WRITER))
    user = db.session.scalars(select(User)).one()
    db.session.add(CategoryRight(user_id=user.id, category_id=ours.id, level=Level.WRITE))
    db.session.commit()
    assert titles(writer) == ["Mine"]
    assert "Other" not in writer.get("/studio/go?q=other").text
    do(writer, Act.ASSIGN, [mine, other], "me")
    assert (again(mine).article.owner, again(other).article.owner) == ("me", "")
    do(writer, Act.MOVE, [mine], "theirs")
    assert again(mine).article.category == ours, "the right is asked in both places"


def test_an_act_without_what_it_needs_says_so(lead: FlaskClient) -> None:
    one = factories.article("One")
    assert "Choose a category." in do(lead, Act.MOVE, [one], "nowhere")
    assert "Name one tag" in do(lead, Act.TAG, [one], " ")
    assert "Choose who may read." in do(lead, Act.AUDIENCE, [one], "dogs")
    assert "characters; 120 at most" in do(lead, Act.ASSIGN, [one], "x" * 121)
    none = lead.post(f"{LIST}/change", data={"act": Act.MOVE}, follow_redirects=True).text
    assert "Tick the articles first" in none
    assert lead.post(f"{LIST}/change", data={"act": "articles.burnt"}).status_code == 400


def test_after_an_act_one_comes_back_to_the_same_list_and_nowhere_else(lead: FlaskClient) -> None:
    one = factories.article("One")
    for back, lands in ((f"{LIST}?q=a", f"{LIST}?q=a"), ("https://elsewhere.example/", LIST)):
        sent = {"act": Act.ASSIGN, "articles": str(one.article_id), "value": "x", "back": back}
        assert lead.post(f"{LIST}/changed", data=sent).location == lands


def test_so_many_at_once_is_refused_in_words(
    lead: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert AT_ONCE >= 1_000
    monkeypatch.setattr("articles.studio.listing.bulk.AT_ONCE", 1)
    factories.article("One")
    factories.article("Two")
    sent = {"act": Act.ASSIGN, "all": "1"}
    page = lead.post(f"{LIST}/change", data=sent, follow_redirects=True).text
    assert "2 articles; 1 at most" in page


def test_one_order_is_kept_through_all_pages(as_lead: None) -> None:
    db.session.add_all(
        Article(key=f"k{number}", translations=[Translation(locale="en", slug=f"s{number}", title="Same")])
        for number in range(60)
    )  # fmt: skip
    db.session.commit()
    for sort in ("title", "changed", "visits", "helpful", "verify"):
        numbers = found(wanted_from({"sort": sort}))
        assert len(numbers) == 60
        assert numbers == found(wanted_from({"sort": sort, "page": "2"}))
