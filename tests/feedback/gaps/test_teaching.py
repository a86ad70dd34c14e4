"""Claims about articles that cannot be found: what is proposed, applied and taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.drafting import newest, save_draft
from articles.models import Translation
from articles.publishing import Words
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import Act, Gap, GapNote, GapStatus
from feedback.gaps.teaching import candidates, forget_question, propose, teach_question
from feedback.visitors import Visitor
from kb.accounts.models import RoleName
from kb.db import db, utc_now
from search import sync
from search.taught import vocabulary
from tests import factories
from tests.feedback.cast import search

SignIn = Callable[[RoleName], FlaskClient]


def test_words_that_the_article_never_says_are_led_to_the_words_of_its_title() -> None:
    rules = candidates(
        ["my bill is wrong", "where is the bill"], "Download an invoice", "In your account.", "en"
    )
    assert str(rules[0]) == "bill => Download"
    assert "bill => invoice" in map(str, rules)
    assert not any("invoice =>" in str(each) for each in rules)


def test_words_that_other_articles_say_are_left_alone() -> None:
    assert candidates(["gift bill"], "Invoices", "", "en", lambda word: word == "bill") == (
        candidates(["gift"], "Invoices", "", "en")
    )


@pytest.fixture
def invoice(app: Flask) -> Translation:
    """An article about invoices that nobody finds by asking for bills."""
    for number in range(3):
        factories.article(f"Lamp {number}", "It shines brightly.")
    found = factories.article("Download an invoice", "It lies in your account.", slug="invoice")
    sync.reconcile(app)
    return found


def test_the_proposal_that_brings_the_article_up_is_shown_with_both_ranks(
    invoice: Translation,
) -> None:
    best = propose(["where is my bill"], invoice)[0]
    (place,) = best.places
    assert place.after == 1
    assert place.before is None or place.before > 1


def test_a_question_that_is_taught_is_public_at_once_and_can_be_taken_back(
    invoice: Translation,
) -> None:
    teach_question(invoice, "where is my bill", by="Lea")
    assert invoice.public_revision is not None
    assert invoice.public_revision.answers == ["where is my bill"]
    forget_question(invoice, "where is my bill", by="Lea")
    assert invoice.public_revision.answers == []


def test_words_that_somebody_drafts_stay_the_newest(invoice: Translation) -> None:
    save_draft(invoice, Words(title="Invoices", body="Better."), after=1, by="Jonas")
    teach_question(invoice, "where is my bill", by="Lea")
    last = newest(invoice)
    assert (last.title, last.body, last.answers) == ("Invoices", "Better.", ["where is my bill"])
    assert invoice.title == "Download an invoice"


@pytest.fixture
def gap(invoice: Translation) -> Gap:
    for number in range(5):
        search(
            Visitor(f"{number:032x}"), "where is my bill", weak=True, matched=0,
            moment=utc_now() - timedelta(days=1),
        )  # fmt: skip
    keep_gaps()
    found = db.session.scalars(select(Gap)).one()
    found.nearest_id = invoice.id
    db.session.commit()
    return found


@pytest.fixture
def lead(sign_in: SignIn) -> FlaskClient:
    signed_in = sign_in(RoleName.LEAD)
    signed_in.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return signed_in


def the_status() -> GapStatus:
    db.session.expire_all()
    return db.session.scalars(select(Gap.status)).one()


def test_a_synonym_is_applied_noted_and_undone_in_one_click_each(
    gap: Gap, lead: FlaskClient
) -> None:
    assert "bill" in lead.get(f"/studio/gaps/{gap.id}/help").text
    done = lead.post(f"/studio/gaps/{gap.id}/synonym", data={"words": "bill => invoice"})
    assert [str(rule) for _, rule in vocabulary.all_rules()] == ["bill => invoice"]
    assert the_status() is GapStatus.PUBLISHED
    assert "Undo" in lead.get(done.location).text
    note = db.session.scalars(select(GapNote.id).where(GapNote.what == Act.SYNONYM)).one()
    lead.post(f"/studio/gaps/{gap.id}/notes/{note}/undo")
    assert vocabulary.all_rules() == []
    assert the_status() is GapStatus.OPEN


def test_a_synonym_is_shown_before_it_is_kept(gap: Gap, lead: FlaskClient) -> None:
    data = {"words": "bill => invoice", "preview": "1"}
    assert "Rank with it" in lead.post(f"/studio/gaps/{gap.id}/synonym", data=data).text
    assert vocabulary.all_rules() == []


def test_a_rule_that_makes_no_sense_is_refused_at_its_field(gap: Gap, lead: FlaskClient) -> None:
    page = lead.post(f"/studio/gaps/{gap.id}/synonym", data={"words": "bill"})
    assert page.status_code == 400
    assert 'id="words-error"' in page.text


def test_only_questions_of_the_gap_can_be_taught(gap: Gap, lead: FlaskClient) -> None:
    address = f"/studio/gaps/{gap.id}/phrasing"
    assert lead.post(address, data={"question": "anything"}).status_code == 400
    assert lead.post(address, data={"question": "where is my bill"}).status_code == 303
    assert the_status() is GapStatus.PUBLISHED
