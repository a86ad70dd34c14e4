"""Claims about the desk and the frame: what waits for whom, quickly, and a way everywhere."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from articles.drafting import draft_article, newest
from articles.links.models import Link, LinkState, LinkUse
from articles.models import Translation
from articles.publishing import Words
from articles.studio.models import CategoryRight, Level, Review, Verdict
from feedback.gaps.actions import open_gap
from kb.accounts.models import RoleName
from kb.db import db, utc_now
from tests import factories
from tests.articles.studio.cast import SignIn, account, english


def begun(title: str, by: RoleName) -> int:
    return draft_article(Words(title, "Text."), "en", author_id=account(by).id).id


def test_an_empty_desk_says_what_to_do(writer: FlaskClient) -> None:
    page = writer.get("/studio/").text
    assert "Nothing waits for you." in page
    assert 'href="/studio/articles"' in page


def test_ones_drafts_are_one_click_away_and_nobody_elses(
    writer: FlaskClient, reviewer: FlaskClient
) -> None:
    number = begun("Mine", RoleName.WRITER)
    page = writer.get("/studio/").text
    assert "1 draft of yours." in page
    assert f'href="/studio/drafts/{number}"' in page
    assert "Mine" not in reviewer.get("/studio/").text


def test_a_review_waits_on_the_desk_of_reviewers_and_comes_back_to_the_writer(
    writer: FlaskClient, reviewer: FlaskClient
) -> None:
    number = begun("Asked", RoleName.WRITER)
    draft = db.session.get_one(Translation, number)
    review = Review(
        translation=draft, revision=newest(draft), asked_by_id=account(RoleName.WRITER).id
    )
    db.session.add(review)
    db.session.commit()
    page = reviewer.get("/studio/").text
    assert "1 review is asked of you." in page
    assert f'href="/studio/drafts/{number}/review/"' in page
    review.verdict, review.decided_at = Verdict.CHANGES_ASKED, utc_now()
    review.decided_by_id = account(RoleName.REVIEWER).id
    db.session.commit()
    assert "review is asked of you" not in reviewer.get("/studio/").text
    back = writer.get("/studio/").text
    assert "1 draft came back to you." in back
    assert "by reviewer" in back
    assert "draft of yours" not in back, "each thing stands in one list"


def test_five_are_shown_and_all_are_counted(writer: FlaskClient) -> None:
    for number in range(7):
        due = factories.article(f"Due {number}").article
        due.owner, due.verify_by = "writer", utc_now() - timedelta(days=number + 1)
    db.session.commit()
    page = writer.get("/studio/").text
    assert "7 articles to read again." in page
    assert page.count("Still right") == 5
    assert 'href="/studio/verify"' in page


def test_broken_links_lead_to_their_mending(writer: FlaskClient) -> None:
    shown = factories.article("Holds it")
    link = Link(url="https://a.example/", host="a.example", state=LinkState.BROKEN)
    db.session.add(link)
    db.session.flush()
    db.session.add(LinkUse(link_id=link.id, translation_id=shown.id))
    db.session.commit()
    page = writer.get("/studio/").text
    assert "1 broken link." in page
    assert f'href="/studio/links/{link.id}"' in page


def test_a_question_nobody_looks_after_is_taken_in_one_click(writer: FlaskClient) -> None:
    gap = open_gap("Do you deliver on Sundays?", "en", by="x")
    page = writer.get("/studio/").text
    assert "Do you deliver on Sundays?" in page
    answer = writer.post(f"/studio/gaps/{gap.id}/take")
    assert answer.location == f"/studio/gaps/{gap.id}"
    assert "1 question is yours to answer." in writer.get("/studio/").text
    assert writer.get(answer.location).status_code == 200


def test_a_question_is_not_offered_to_whom_it_may_lie_outside_their_categories(
    writer: FlaskClient,
) -> None:
    open_gap("Do you deliver on Sundays?", "en", by="x")
    ours = factories.category("ours")
    own = account(RoleName.WRITER).id
    db.session.add(CategoryRight(user_id=own, category_id=ours.id, level=Level.WRITE))
    db.session.commit()
    assert "Do you deliver on Sundays?" not in writer.get("/studio/").text


def test_a_question_taken_by_another_stays_theirs(
    writer: FlaskClient, reviewer: FlaskClient
) -> None:
    gap = open_gap("Do you deliver on Sundays?", "en", by="x")
    writer.post(f"/studio/gaps/{gap.id}/take")
    page = reviewer.post(f"/studio/gaps/{gap.id}/take", follow_redirects=True).text
    assert "Somebody has just taken this question." in page
    db.session.refresh(gap)
    assert gap.owner_id == account(RoleName.WRITER).id


def test_the_desk_costs_the_same_however_much_waits(app: Flask, reviewer: FlaskClient) -> None:
    def queries() -> int:
        count = []
        listen = lambda *_all: count.append(1)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        reviewer.get("/studio/")
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(count)

    def add(number: int) -> None:
        begun(f"Draft {number}", RoleName.REVIEWER)
        due = factories.article(f"Due {number}").article
        due.owner, due.verify_by = "reviewer", utc_now()
        db.session.commit()

    add(0)
    reviewer.get("/studio/")  # what is kept for some minutes is made
    few = queries()
    for number in range(1, 7):
        add(number)
    reviewer.get("/studio/")  # what follows changes of public words has followed them
    assert queries() <= few
    assert few <= 45


@pytest.mark.parametrize(
    ("role", "there", "not_there"),
    [
        (RoleName.WRITER, ["Desk", "Articles", "Links"], ["Reports", "Categories", "People"]),
        (RoleName.LEAD, ["Reports", "Categories"], ["People", "Audit log"]),
        (RoleName.ADMIN, ["Reports", "People", "Audit log"], []),
    ],
)
def test_the_frame_shows_the_rooms_that_are_open(
    sign_in: SignIn, role: RoleName, there: list[str], not_there: list[str]
) -> None:
    page = english(sign_in(role)).get("/studio/articles").text
    nav = page[page.index('id="rooms"') : page.index("</nav>")]
    assert all(f">{each}</a>" in nav for each in there)
    assert not any(f">{each}</a>" in nav for each in not_there)
    assert nav.count('aria-current="page"') == 1


def test_every_room_that_the_frame_may_name_exists(app: Flask) -> None:
    from articles.studio.rooms import ACCOUNT, NEW_ARTICLE, ROOMS

    named = {each.endpoint for each in ROOMS} | {ACCOUNT, NEW_ARTICLE}
    assert named <= set(app.view_functions)


def test_the_palette_finds_articles_drafts_and_rooms(writer: FlaskClient) -> None:
    factories.article("Reset a lamp", slug="reset-lamp", key="k-reset")
    factories.article("Begun lamp", draft=True)
    page = writer.get("/studio/go/found?q=lamp").text
    assert page.index("Begun lamp") < page.index("Reset a lamp")
    assert "draft" in page
    assert "Reset a lamp" in writer.get("/studio/go/found?q=k-reset").text
    assert "Reset a lamp" in writer.get("/studio/go/found?q=reset-lamp").text
    assert 'role="option"' in writer.get("/studio/go/found?q=links").text
    assert "/studio/links" in writer.get("/studio/go/found?q=links").text
    assert "/studio/people" not in writer.get("/studio/go/found").text


def test_the_palette_minds_no_accents(app: Flask, writer: FlaskClient) -> None:
    part = writer.get("/studio/go/found?q=verif", headers={"Accept-Language": "fr"}).text
    assert "/studio/verify" in part


def test_without_scripts_the_same_is_a_page(writer: FlaskClient) -> None:
    factories.article("Reset a lamp")
    page = writer.get("/studio/go?q=lamp").text
    assert "Reset a lamp" in page
    assert 'href="/studio/articles?q=lamp"' in page


def test_words_in_the_palette_are_words(writer: FlaskClient) -> None:
    page = writer.get("/studio/go/found?q=<script>alert(1)</script>%25_").text
    assert "<script>" not in page
