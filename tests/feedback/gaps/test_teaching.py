"""Claims about articles that cannot be found: what is proposed, applied and taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from articles.drafting import newest, save_draft
from articles.models import Translation
from articles.publishing import Words
from feedback.gaps.drafts import Question
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import Act, Gap, GapNote, GapStatus
from feedback.gaps.teaching import (
    Outlook,
    Place,
    Proposal,
    candidates,
    forget_question,
    is_help,
    propose,
    teach_question,
)
from feedback.visitors import Visitor
from kb.accounts.models import RoleName
from kb.db import db, utc_now
from search import sync
from search.taught import vocabulary
from search.taught.synonyms import parse_rule
from tests import factories
from tests.feedback.cast import search

SignIn = Callable[[RoleName], FlaskClient]


BILLS = [Question("my bill is wrong", 3), Question("where is the bill", 2)]


def rules(*questions: Question, says: str = "Download an invoice", **options: Any) -> list[str]:
    return [
        str(each) for each in candidates(questions, [says], "In your account.", "en", **options)
    ]


def test_words_that_the_article_never_says_are_led_to_the_words_of_its_title() -> None:
    assert rules(*BILLS) == ["bill => Download", "bill => invoice"]


def test_words_that_other_articles_say_are_left_alone() -> None:
    assert rules(*BILLS, is_ours=lambda word: word == "bill") == []


def test_a_word_of_one_question_or_of_two_visitors_is_no_word_of_customers() -> None:
    assert rules(BILLS[0], Question("wrong amount", 9)) == [
        "wrong => Download",
        "wrong => invoice",
    ]
    assert rules(Question("my bill", 1), Question("where is the bill", 1)) == []


def test_nobody_is_led_to_a_code() -> None:
    assert rules(*BILLS, says="CAL-3: E47") == []


def of_places(*ranks: tuple[int | None, int | None]) -> Proposal:
    rule = parse_rule("bill => invoice", "en")
    return Proposal(rule, tuple(Place(str(n), *pair) for n, pair in enumerate(ranks)))


@pytest.mark.parametrize(
    ("ranks", "is_enough"),
    [
        ([(None, 1), (7, 2), (1, 1)], True),
        ([(None, 1), (7, 7), (1, 1)], True),
        ([(None, None), (7, 1), (1, 1)], False),
        ([(None, 1), (7, 2), (1, 2)], False),
        ([(None, 40), (60, 50), (1, 1)], False),
    ],
)
def test_a_rule_helps_two_questions_or_a_third_of_the_visitors_and_hurts_none(
    ranks: list[tuple[int | None, int | None]], is_enough: bool
) -> None:
    asked = [Question("0", 5), Question("1", 2), Question("2", 2)]
    assert is_help(of_places(*ranks), asked) is is_enough


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
    found = propose([Question("where is my bill", 5), Question("bill for taxes", 2)], invoice)
    assert found.outlook is Outlook.FOUND
    place = found.rules[0].places[0]
    assert place.after == 1
    assert place.before is None or place.before > 1


def test_where_no_word_comes_back_the_question_itself_is_proposed(invoice: Translation) -> None:
    questions = [Question("where is my bill", 5), Question("papers for taxes", 2)]
    found = propose(questions, invoice)
    assert (found.outlook, found.rules, found.question) == (Outlook.NO_WORD, (), questions[0])


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
