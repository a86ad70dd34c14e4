"""Claims about the pages of gaps: who may open them, what they show, what their buttons do."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.models import Translation
from articles.studio.models import CategoryRight, Level
from feedback.gaps.facts import Diagnosis
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import Act, Gap, GapNote, GapStatus
from feedback.models import SearchIntent
from feedback.requests.models import ContactRequest
from feedback.visitors import Visitor
from kb.accounts.models import RoleName, User
from kb.db import db, utc_now
from tests import factories
from tests.feedback.cast import search

SignIn = Callable[[RoleName], FlaskClient]
REPORTS = ["/studio/reports/gaps", "/studio/reports/gaps.csv", "/studio/reports/gaps.json"]
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def lead(sign_in: SignIn) -> FlaskClient:
    signed_in = sign_in(RoleName.LEAD)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


@pytest.fixture
def gap(app: Flask) -> Gap:
    """Five visitors asked for gift wrapping yesterday, near an article about cards."""
    cards = factories.article("Gift cards", slug="gift-cards")
    yesterday = utc_now() - timedelta(days=1)
    for number in range(5):
        search(Visitor(f"{number:032x}"), "gift wrapping", cards, weak=True, moment=yesterday)
    keep_gaps()
    found = db.session.scalars(select(Gap)).one()
    found.nearest_id = cards.id
    db.session.commit()
    return found


def the_gap() -> Gap:
    db.session.expire_all()
    return db.session.scalars(select(Gap)).one()


def acts() -> list[Act]:
    return list(db.session.scalars(select(GapNote.what).order_by(GapNote.id)))


@pytest.mark.parametrize("address", REPORTS)
def test_strangers_are_sent_to_the_sign_in(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/studio/sign-in")


@pytest.mark.parametrize("address", REPORTS)
def test_reviewers_are_refused_the_list(sign_in: SignIn, address: str) -> None:
    assert sign_in(RoleName.REVIEWER).get(address).status_code == 403


def test_the_list_shows_the_question_its_visitors_and_the_nearest_article(
    gap: Gap, lead: FlaskClient
) -> None:
    page = lead.get("/studio/reports/gaps")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "gift wrapping" in page.text
    assert "/en/articles/gift-cards" in page.text
    assert "The one that costs most left 5 visitors without an answer." in page.text
    assert "simulated" not in page.text


def test_simulated_figures_are_called_so(gap: Gap, lead: FlaskClient) -> None:
    db.session.query(SearchIntent).update({"simulated": True})
    db.session.execute(db.text("update gap_event set simulated = 1"))
    db.session.commit()
    assert "simulated" in lead.get("/studio/reports/gaps").text


def test_what_visitors_type_is_shown_and_never_run(app: Flask, lead: FlaskClient) -> None:
    for number in range(5):
        search(
            Visitor(f"{number:032x}"), "<script>alert(1)</script>", weak=True,
            moment=utc_now() - timedelta(days=1),
        )  # fmt: skip
    keep_gaps()
    for address in ("/studio/reports/gaps", f"/studio/gaps/{the_gap().id}"):
        text = lead.get(address).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_what_is_not_for_us_stands_apart_from_the_list_to_work_on(
    gap: Gap, lead: FlaskClient
) -> None:
    the_gap().diagnosis = Diagnosis.NOT_FOR_US
    db.session.commit()
    page = lead.get("/studio/reports/gaps").text
    assert "1 question that seems not for us" in page
    assert "1 of them seems not for us" in page
    assert "The one that costs most" not in page


def test_the_list_leads_to_the_articles_that_do_not_help(gap: Gap, lead: FlaskClient) -> None:
    page = lead.get("/studio/reports/gaps?language=en").text
    assert 'href="/studio/reports/articles?list=not-helping' in page


def test_filters_in_the_address_change_what_is_listed(gap: Gap, lead: FlaskClient) -> None:
    assert "gift wrapping" not in lead.get("/studio/reports/gaps?language=fr").text
    assert "gift wrapping" not in lead.get("/studio/reports/gaps?status=dismissed").text
    assert "gift wrapping" in lead.get("/studio/reports/gaps?language=en").text


def test_page_file_and_data_say_the_same(gap: Gap, lead: FlaskClient) -> None:
    answer = lead.get("/studio/reports/gaps.csv?table=gaps")
    (row,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    (record,) = lead.get("/studio/reports/gaps.json").json["gaps"]  # type: ignore[index]
    assert (row["question"], row["visitors"]) == ("gift wrapping", "5")
    assert (record["question"], record["visitors"]) == ("gift wrapping", 5)


def test_a_writer_opens_the_gaps_that_are_theirs_and_no_others(gap: Gap, sign_in: SignIn) -> None:
    writer = sign_in(RoleName.WRITER)
    assert writer.get(f"/studio/gaps/{gap.id}").status_code == 403
    the_gap().owner_id = db.session.scalars(select(User.id)).one()
    db.session.commit()
    assert writer.get(f"/studio/gaps/{gap.id}").status_code == 200
    assert "gift wrapping" in writer.get("/studio/gaps").text
    assert writer.post(f"/studio/gaps/{gap.id}/dismiss").status_code == 403


def test_one_click_writes_a_draft_that_nobody_sees_yet(gap: Gap, lead: FlaskClient) -> None:
    db.session.add(
        ContactRequest(
            reference="A1", locale="en", subject="Wrapping", visitor="0" * 32,
            message="Please wrap it -- for bob@example.org", visit_id=1,
        )
    )  # fmt: skip
    db.session.execute(db.text("update gap_event set request_id = 1"))
    db.session.commit()
    answer = lead.post(f"/studio/gaps/{gap.id}/write")
    draft = db.session.get_one(Translation, the_gap().answer_id)
    assert answer.location == f"/studio/drafts/{draft.id}"
    (revision,) = draft.revisions
    assert (draft.title, draft.published_at, revision.answers) == (
        "Gift wrapping", None, ["gift wrapping"],
    )  # fmt: skip
    assert "Please wrap it" in revision.body
    assert "bob@example.org" not in revision.body
    assert "## What to do" in revision.body
    assert "Please wrap it" in lead.get(answer.location).text
    again = lead.post(f"/studio/gaps/{gap.id}/write")
    assert again.location == answer.location
    assert acts() == [Act.DRAFTED]


def test_publishing_the_draft_answers_the_gap(app: Flask, gap: Gap, lead: FlaskClient) -> None:
    one_person = {"own_approval": True}
    app.extensions["kb_settings"] = app.extensions["kb_settings"].model_copy(update=one_person)
    page = lead.post(f"/studio/gaps/{gap.id}/write").location
    typed = {"title": "Gift wrapping", "slug": "wrapping", "body": "We do.", "revision": 1}
    lead.post(f"{page}/publish", data=typed)
    assert (the_gap().status, acts()) == (GapStatus.PUBLISHED, [Act.DRAFTED, Act.PUBLISHED])
    page = lead.get(f"/studio/gaps/{gap.id}").text
    assert "too early to tell" in page
    assert page.index('id="verdict"') < page.index("Before the answer")
    assert "/en/articles/wrapping" in lead.get("/studio/reports/gaps?status=published").text


def test_a_translation_begins_in_the_language_of_those_who_ask(gap: Gap, lead: FlaskClient) -> None:
    the_gap().locale = "fr"
    db.session.commit()
    page = lead.post(f"/studio/gaps/{gap.id}/translate").location
    draft = db.session.get_one(Translation, the_gap().answer_id)
    assert (draft.locale, draft.article.in_locale("en") is not None) == ("fr", True)
    assert "Hold the button under the base" in lead.get(page).text


def test_there_is_nothing_to_translate_into_the_same_language(gap: Gap, lead: FlaskClient) -> None:
    assert lead.post(f"/studio/gaps/{gap.id}/translate").status_code == 409


def test_an_article_that_does_not_help_is_improved_beside_the_words_of_readers(
    gap: Gap, lead: FlaskClient
) -> None:
    page = lead.post(f"/studio/gaps/{gap.id}/improve").location
    assert page == f"/studio/drafts/{gap.nearest_id}"
    assert the_gap().status is GapStatus.IN_PROGRESS
    assert "Written for" in lead.get(page).text


def test_a_limited_writer_begins_where_they_may_write_and_nowhere_else(
    gap: Gap, sign_in: SignIn
) -> None:
    factories.category("lamps")
    shop = factories.category("shop")
    writer = sign_in(RoleName.WRITER)
    writer.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    person = db.session.scalars(select(User)).one()
    db.session.add(CategoryRight(user_id=person.id, category_id=shop.id, level=Level.WRITE))
    the_gap().owner_id = person.id
    db.session.commit()
    refused = writer.post(f"/studio/gaps/{gap.id}/improve", follow_redirects=True)
    assert "in which you may not write" in refused.text
    assert the_gap().status is GapStatus.OPEN
    page = writer.post(f"/studio/gaps/{gap.id}/write").location
    assert writer.get(page).status_code == 200
    assert db.session.get_one(Translation, the_gap().answer_id).article.category == shop


def test_owner_date_name_and_notes_are_kept_and_told(gap: Gap, lead: FlaskClient) -> None:
    owner = db.session.scalars(select(User.id)).one()
    for act, data in (
        ("owner", {"owner": owner}),
        ("due", {"due": "2026-12-24"}),
        ("name", {"name": "Do you wrap?"}),
        ("note", {"text": "ask the shop"}),
        ("start", {}),
    ):
        assert lead.post(f"/studio/gaps/{gap.id}/{act}", data=data).status_code == 303
    page = lead.get(f"/studio/gaps/{gap.id}").text
    assert "ask the shop" in page
    assert "Do you wrap?" in page
    assert acts() == [Act.ASSIGNED, Act.DUE, Act.RENAMED, Act.NOTE, Act.STARTED]


def test_a_date_that_is_none_is_refused(gap: Gap, lead: FlaskClient) -> None:
    assert lead.post(f"/studio/gaps/{gap.id}/due", data={"due": "soon"}).status_code == 400


def test_a_dismissed_gap_is_one_click_away_from_coming_back(gap: Gap, lead: FlaskClient) -> None:
    lead.post(f"/studio/gaps/{gap.id}/dismiss", data={"reason": "not ours"})
    assert "gift wrapping" not in lead.get("/studio/reports/gaps").text
    lead.post(f"/studio/gaps/{gap.id}/reopen")
    assert "gift wrapping" in lead.get("/studio/reports/gaps").text


def test_every_diagnosis_has_its_remedy_beside_it(gap: Gap, lead: FlaskClient) -> None:
    remedies = {
        Diagnosis.MISSING_ARTICLE: "write",
        Diagnosis.MISSING_TRANSLATION: "translate",
        Diagnosis.CANNOT_BE_FOUND: "help",
        Diagnosis.DOES_NOT_HELP: "improve",
        Diagnosis.NOT_FOR_US: "dismiss",
    }
    assert remedies.keys() == set(Diagnosis)
    for cause, way in remedies.items():
        the_gap().diagnosis = cause
        db.session.commit()
        assert f"/studio/gaps/{gap.id}/{way}" in lead.get("/studio/reports/gaps").text


def test_a_gap_that_is_one_with_another_leads_there(gap: Gap, lead: FlaskClient) -> None:
    other = Gap(
        name="wrap", locale="en", merged_into_id=gap.id, first_seen=utc_now(), last_seen=utc_now()
    )
    db.session.add(other)
    db.session.commit()
    assert lead.get(f"/studio/gaps/{other.id}").location == f"/studio/gaps/{gap.id}"
