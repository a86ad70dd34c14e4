"""Claims about keeping articles right: when they are due, who is asked, and never all at once."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from articles.models import Article, Category, Translation
from articles.studio.models import ChangeSet
from articles.studio.verifying import due as verifying
from articles.studio.verifying import letters as verify_letters
from articles.studio.verifying import ruling
from articles.studio.verifying.rules import inherited
from articles.studio.verifying.spread import Overdue, monday, room, spread
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.audit.models import AuditEntry
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from kb.worker.running import site_context
from tests import factories
from tests.articles.studio.cast import SignIn

DAY = timedelta(days=1)
# Nine in the morning in Paris; a day after that on which these tests run, as articles are public by then.
MONDAY = datetime(2040, 1, 2, 8, tzinfo=UTC)


def person(name: str, role: RoleName = RoleName.WRITER) -> User:
    return add_user(f"{name}@clairson.example", "correct horse battery", role, name=name)


def article(
    title: str, *, age: int = 0, owner: str = "", category: Category | None = None
) -> Article:
    made = factories.article(title, category=category, published_at=utc_now() - age * DAY)
    made.article.owner = owner
    db.session.commit()
    return made.article


def due_titles(now: datetime | None = None) -> list[str]:
    numbers = [each.article_id for each in verifying.due(now)]
    known = {
        each.article_id: each.title
        for each in db.session.scalars(
            select(Translation).where(Translation.article_id.in_(numbers))
        )
    }
    return [known[each] for each in numbers]


def make_rule(app: Flask, category: Category, days: int | None) -> ChangeSet | None:
    from flask_security.utils import login_user

    with app.test_request_context():
        login_user(db.session.scalars(select(User)).first())
        change = ruling.set_rule(category, days)
        db.session.commit()
        return change


def test_a_rule_holds_below_until_another_one() -> None:
    tree = {1: (None, 90), 2: (1, None), 3: (2, 30), 4: (2, 0), 5: (4, None), 6: (None, None)}
    assert inherited(tree) == {1: 90, 2: 90, 3: 30}


def test_an_article_is_due_by_its_own_date_or_by_the_rule_of_its_category(any_app: Flask) -> None:
    top = factories.category("top")
    below = factories.category("below", parent=top)
    top.verify_days = 100
    article("Old", age=200, category=below)
    article("Young", age=50, category=below)
    article("No rule", age=900)
    dated = article("Dated", age=1)
    dated.verify_by = utc_now() - DAY
    later = article("Later by its own date", age=500, category=top)
    later.verify_by = utc_now() + DAY
    right = article("Said to be right", age=500, category=top)
    right.verified_at = utc_now() - DAY
    draft = factories.article("Draft", draft=True, category=top)
    draft.article.verify_by = utc_now() - DAY
    db.session.commit()
    assert due_titles() == ["Old", "Dated"]


def test_the_owner_is_asked_or_the_last_author_or_the_leads(any_app: Flask) -> None:
    camille, jonas = person("camille"), person("jonas")
    gone = person("gone")
    gone.active = False
    by_name, by_mail, by_author, nobodys, left = (
        article(title, owner=owner)
        for title, owner in (
            ("a", "Camille"), ("b", jonas.email), ("c", "a team"), ("d", ""), ("e", "gone"),
        )
    )  # fmt: skip
    db.session.scalars(
        select(Translation).where(Translation.article_id == by_author.id)
    ).one().revisions[0].author_id = jonas.id
    db.session.commit()
    every = [by_name, by_mail, by_author, nobodys, left]
    assert verifying.people_asked({each.id: each.owner for each in every}) == {
        by_name.id: camille.id,
        by_mail.id: jonas.id,
        by_author.id: jonas.id,
    }


def test_a_new_rule_asks_for_nothing_on_its_day_and_for_five_a_week_then(app: Flask) -> None:
    person("camille", RoleName.LEAD)
    lamps = factories.category("lamps")
    for number in range(12):
        article(f"{number:02}", age=900 - number, category=lamps, owner="camille")
    make_rule(app, lamps, 365)
    assert due_titles() == []
    first = monday(utc_now().date())
    weeks = Counter(
        (monday(each.verify_by.date()) - first).days // 7
        for each in db.session.scalars(select(Article))
        if each.verify_by is not None
    )
    assert sorted(weeks.values()) == [2, 5, 5]
    assert min(weeks) >= 0
    assert max(weeks) <= 3
    assert due_titles(utc_now() + 8 * DAY)[0] == "00", "the oldest first"


def test_a_rule_taken_back_leaves_nothing_behind(app: Flask, sign_in: SignIn) -> None:
    lead = sign_in(RoleName.LEAD)
    lamps = factories.category("lamps")
    old = article("Old", age=900, category=lamps)
    mine = article("Dated by hand", age=900, category=lamps)
    mine.verify_by = own = utc_now() + 90 * DAY
    db.session.commit()
    lead.post(f"/studio/verify/rules/{lamps.id}", data={"days": "30"})
    db.session.refresh(old)
    assert old.verify_by is not None
    number = db.session.scalars(select(ChangeSet.id)).one()
    lead.post(f"/studio/acts/{number}/undo")
    for each in (lamps, old, mine):
        db.session.refresh(each)
    assert (lamps.verify_days, old.verify_by, mine.verify_by) == (None, None, own)


def test_another_rule_gives_other_turns_but_no_date_of_a_person(app: Flask) -> None:
    person("camille", RoleName.LEAD)
    lamps = factories.category("lamps")
    old = article("Old", age=900, category=lamps)
    make_rule(app, lamps, 30)
    assert old.verify_by is not None
    make_rule(app, lamps, 0)
    assert old.verify_by is None
    old.verify_by = own = utc_now() + 3 * DAY
    db.session.commit()
    make_rule(app, lamps, 60)
    assert old.verify_by == own


OVERDUE = st.lists(
    st.builds(
        Overdue,
        st.integers(),
        st.sampled_from("ab"),
        st.dates(date(2024, 1, 1), date(2028, 1, 1)),
    ),
    unique_by=lambda each: each.id,
    max_size=60,
)


@given(OVERDUE, st.integers(1, 1_000), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_turns_are_fair(articles: list[Overdue], days: int, today: date) -> None:
    turns = spread(articles, days, today)
    week = {each.id: turns.get(each.id, monday(each.due)) for each in articles}
    for owner in "ab":
        own = [each for each in articles if each.owner == owner]
        taken = Counter(week[each.id] for each in own)
        assert all(count <= room(len(own), days) for count in taken.values())
        for each in own:
            assert week[each.id] >= monday(each.due), "never before its time"
            assert week[each.id] > today, "never on the day of the rule"
        by_due = sorted(own, key=lambda each: (each.due, each.id))
        assert [week[each.id] for each in by_due] == sorted(week[each.id] for each in own)


def test_room_is_made_where_five_a_week_would_never_do() -> None:
    assert room(10, 365) == 5
    assert room(1_000, 100) == 70


def test_still_right_is_one_click_audited_and_undone(sign_in: SignIn) -> None:
    writer = sign_in(RoleName.WRITER)
    old = article("Old")
    old.verify_by = was = utc_now() - DAY
    db.session.commit()
    assert writer.post(f"/studio/verify/{old.id}/right").status_code == 303
    db.session.refresh(old)
    assert (old.verified_by, old.verify_by) == ("writer", None)
    assert due_titles() == []
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "article.verified")).one()
    assert entry.label == "Old"
    number = db.session.scalars(select(ChangeSet.id)).one()
    writer.post(f"/studio/acts/{number}/undo")
    db.session.refresh(old)
    assert (old.verified_at, old.verified_by, old.verify_by) == (None, "", was)


def test_when_nothing_is_due_it_is_said_in_a_sentence(sign_in: SignIn) -> None:
    noor = sign_in(RoleName.ADMIN)
    noor.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "No article wants to be read again by you." in noor.get("/studio/verify").text
    assert "No article wants to be read again." in noor.get("/studio/verify?whose=all").text


def test_a_date_that_is_none_is_refused_in_words(sign_in: SignIn) -> None:
    writer = sign_in(RoleName.WRITER)
    writer.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    one = article("One")

    def send(day: str) -> str:
        address = f"/studio/verify/{one.id}/date"
        return writer.post(address, data={"verify_by": day}, follow_redirects=True).text

    assert "Name a date" in send("soon")
    assert "The date is kept" in send("2027-03-01")
    db.session.refresh(one)
    assert one.verify_by == datetime(2027, 2, 28, 23, tzinfo=UTC), "midnight in Paris"


def letters() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def send(app: Flask, now: datetime) -> int:
    with site_context(app):
        return verify_letters.send_due(now)


def test_each_owner_gets_one_letter_a_week_on_monday_morning(any_app: Flask) -> None:
    camille, lead = person("camille"), person("ines", RoleName.LEAD)
    lead.locale = "en"
    person("idle")
    for title, owner in (("Hers", "camille"), ("Nobody’s", "")):
        article(title, owner=owner).verify_by = MONDAY - 3 * DAY
    article("Not yet", owner="camille").verify_by = MONDAY + DAY
    db.session.commit()
    assert send(any_app, MONDAY - timedelta(hours=3)) == 0, "the Monday before is long past"
    assert send(any_app, MONDAY) == 2
    assert send(any_app, MONDAY + timedelta(hours=1)) == 0
    assert send(any_app, MONDAY + 3 * DAY) == 0, "what is due on Thursday waits for Monday"
    hers, leads = letters()
    assert (hers.recipient, leads.recipient) == (camille.email, lead.email)
    assert "Hers" in hers.text
    assert "Not yet" not in hers.text
    assert "Nobody’s" in leads.text
    assert leads.subject == "Clairson: 1 article to read again"
    assert send(any_app, MONDAY + 7 * DAY) == 2


def test_a_letter_names_ten_and_says_how_many_more(app: Flask) -> None:
    person("camille")
    for number in range(13):
        article(f"T{number:02}", owner="camille").verify_by = MONDAY - (20 - number) * DAY
    db.session.commit()
    send(app, MONDAY)
    (letter,) = letters()
    assert "T09" in letter.text
    assert "T10" not in letter.text
    assert "3" in letter.text


def test_opening_the_link_of_a_letter_says_nothing_and_its_button_does(
    app: Flask, client: FlaskClient
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    camille, one = person("camille"), article("One", owner="camille")
    with site_context(app):
        token = verify_letters.token(camille, one)
    address = f"/en/verify/{token}"
    assert "Is “One” still right?" in client.get(address).text
    assert client.head(address).status_code == 200
    db.session.refresh(one)
    assert one.verified_at is None
    assert "Noted as still right" in client.post(address).text
    db.session.refresh(one)
    assert one.verified_by == "camille"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "article.verified")).one()
    assert entry.actor == "camille"


def test_the_link_of_a_letter_ends_with_the_account(app: Flask, client: FlaskClient) -> None:
    camille, one = person("camille"), article("One")
    with site_context(app):
        token = verify_letters.token(camille, one)
    assert client.get(f"/en/verify/{token}x").status_code == 404
    camille.active = False
    db.session.commit()
    assert client.get(f"/en/verify/{token}").status_code == 404


@pytest.mark.parametrize("days", ["-1", "many", "99999", "1.5"])
def test_a_rule_that_is_no_number_of_days_is_refused(sign_in: SignIn, days: str) -> None:
    lead = sign_in(RoleName.LEAD)
    lead.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    lamps = factories.category("lamps")
    sent = lead.post(
        f"/studio/verify/rules/{lamps.id}", data={"days": days}, follow_redirects=True
    ).text
    assert "Name a number of days" in sent
    assert lamps.verify_days is None
