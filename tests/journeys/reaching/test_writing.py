"""Reaching a person: an answer found while writing, and a letter answered until it is solved."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from kb.accounts.models import RoleName
from kb.db import utc_now
from tests.journeys.conftest import Clock, Look, Opened
from tests.journeys.person import Person
from tests.journeys.reaching.asking import Asked
from tests.journeys.reaching.mailing import Mailing, link_in, text_of
from tests.journeys.reaching.reporting import LATER, reads_the_report

pytestmark = pytest.mark.browser

Colleague = Callable[[str, RoleName], Person]
ALICE = "alice@example.com"
ANSWERED, RESOLVED, ASKED_HOW = (timedelta(hours=each) for each in (2, 30, 31))
ORDER = "C-20417"


def test_what_was_searched_in_vain_is_answered_while_writing(
    asked: Asked, somebody: Opened, colleague: Colleague, look: Look, clock: Clock
) -> None:
    alice = somebody("Alice")
    alice.waits_for_the_index()
    searches_in_vain(alice, asked, look)
    begins_a_letter(alice, asked)
    reads_in_place(alice, asked, look)
    is_answered(alice, asked)
    says_how_it_was(alice, look)

    clock.stop_at(utc_now() + LATER)
    ines = colleague("Ines Roy", RoleName.LEAD)
    reads_the_report(ines, {"deflection_confirmed": (1, 1), "csat": (1, 1)})
    look(ines)


def test_a_letter_is_answered_by_mail_until_it_is_solved(  # noqa: PLR0917
    asked: Asked,
    somebody: Opened,
    colleague: Colleague,
    look: Look,
    clock: Clock,
    mailing: Mailing,
    tmp_path: Path,
) -> None:
    alice, sent_at = somebody("Alice"), utc_now()
    clock.stop_at(sent_at)
    alice.waits_for_the_index()
    writes_with_a_file(alice, asked, tmp_path / "parcel.png")
    reference = sends(alice, look)
    copy = mailing.newest(ALICE)
    assert reference in copy["Subject"]

    nora = colleague("Nora Petit", RoleName.WRITER)
    clock.stop_at(sent_at + ANSWERED)
    takes_it(nora, asked, look)
    answers_with_an_article(nora, asked, look)
    answer = mailing.newest(ALICE)
    continues(answer, copy, asked)

    mailing.answers(answer, asked.reply)
    clock.stop_at(sent_at + RESOLVED)
    reads_the_reply_and_resolves(nora, asked)
    farewell = mailing.newest(ALICE)

    telephone = somebody("Alice, at her telephone")
    opens_by_a_fresh_link(telephone, farewell, mailing, look)
    reads_everything(telephone, asked, look)

    clock.stop_at(sent_at + ASKED_HOW)
    scores_by_mail(telephone, mailing.newest(ALICE), look)
    ines = colleague("Ines Roy", RoleName.LEAD)
    reads_the_report(ines, {"csat": (1, 1)})
    reads_the_times(ines, asked, look)


# Looking for an answer


def searches_in_vain(alice: Person, asked: Asked, look: Look) -> None:
    alice.opens(f"/{alice.says.locale}/")
    alice.field("Search the help centre").fill(asked.vain)
    alice.page.keyboard.press("Enter")
    alice.sees("We found nothing for “%(words)s”", words=asked.vain)
    look(alice)
    alice.follows("Write to us")


def begins_a_letter(alice: Person, asked: Asked) -> None:
    expect(alice.field("Subject")).to_have_value(asked.vain)
    alice.types("Subject", asked.wording)
    alice.types("Your message", asked.message)
    expect(alice.page.locator("[data-article]").first).to_be_visible()


def reads_in_place(alice: Person, asked: Asked, look: Look) -> None:
    offer = alice.page.locator("[data-article]").first
    expect(offer.locator("summary")).to_have_text(asked.article)
    offer.locator("summary").click()
    expect(offer.locator(".prose")).to_be_visible()
    look(alice)
    assert alice.field("Subject").input_value() == asked.wording
    assert alice.field("Your message").input_value() == asked.message


def is_answered(alice: Person, asked: Asked) -> None:
    alice.presses("This answers my question", within=alice.page.locator("[data-offers]"))
    alice.sees("Glad that we could help")
    alice.sees("Your message was not sent.")
    alice.sees_text(asked.article)


def says_how_it_was(alice: Person, look: Look) -> None:
    question = alice.page.locator("[data-survey]")
    look(alice)
    question.get_by_role("button", name=re.compile("^5")).click()
    alice.sees("Thank you for your answer.")


# Writing


def writes_with_a_file(alice: Person, asked: Asked, path: Path) -> None:
    """Write, lose the page, and find every word, the answer and the file again."""
    alice.opens(f"/{alice.says.locale}/contact")
    alice.types("Subject", asked.subject)
    alice.types("Your message", asked.request)
    alice.chooses("What is it about?", asked.topic)
    alice.page.get_by_label(asked.field).fill(ORDER)
    Image.new("RGB", (320, 200), "tan").save(path)
    alice.field("Add files").set_input_files(path)
    file = alice.page.locator("[data-files] [data-file]")  # once it has arrived
    expect(file).to_be_visible()
    alice.sees("What you type stays in this browser until it is sent, for a day at most.")
    alice.page.reload()
    expect(alice.field("Subject")).to_have_value(asked.subject)
    expect(alice.field("Your message")).to_have_value(asked.request)
    expect(alice.page.get_by_label(asked.field)).to_have_value(ORDER)
    expect(file).to_be_visible()


def sends(alice: Person, look: Look) -> str:
    """Return the reference under which the letter was taken."""
    look(alice)
    alice.types("Your e-mail address", ALICE)
    alice.page.locator("[data-send]").click()
    alice.sees("Your message has reached us")
    delay = {"en": "4 hours", "fr": "4 heures"}[alice.says.locale]
    alice.sees("We aim to answer within %(time)s (our own estimate, not measured).", time=delay)
    alice.sees("A copy is on its way to you.")
    alice.sees_text("parcel.png")
    look(alice)
    return alice.page.locator(".receipt strong").inner_text()


def continues(answer: EmailMessage, copy: EmailMessage, asked: Asked) -> None:
    """Make sure that mail programs put an answer under what came before."""
    assert copy["Message-ID"] in answer["References"]
    assert answer["In-Reply-To"] in answer["References"]
    assert answer["Subject"].startswith(f"Re: {asked.subject}")
    assert "Nora" in answer["From"]
    assert asked.answer in text_of(answer)
    assert "/articles/" in link_in(answer, "/articles/")


# Answering


def takes_it(nora: Person, asked: Asked, look: Look) -> None:
    nora.opens("/studio/")
    nora.follows("Requests")
    look(nora)
    nora.goes_to(asked.subject)
    nora.sees_text(asked.request)
    nora.sees_text(ORDER)
    nora.sees_text("parcel.png")
    nora.presses("Take it")
    expect(nora.page.locator("section[aria-labelledby=who-has-it] p").first).to_have_text(nora.name)


def answers_with_an_article(nora: Person, asked: Asked, look: Look) -> None:
    nora.types("Text (Markdown)", asked.answer)
    beside = nora.page.locator("section[aria-labelledby=solver]")
    nora.types("Find an article", asked.article)
    nora.presses("Search", within=beside)
    nora.presses("Link in the answer", within=beside)
    written = nora.page.locator("#body")
    expect(written).to_have_value(re.compile(rf"\[{re.escape(asked.article)}\]\("))
    look(nora)
    nora.presses("Send the answer")
    nora.sees("Your answer is on its way.")


def reads_the_reply_and_resolves(nora: Person, asked: Asked) -> None:
    nora.opens("/studio/requests?view=mine")
    nora.goes_to(asked.subject)
    newest = nora.page.locator("#newest")
    expect(newest).to_contain_text(asked.reply)
    expect(newest.locator(".words")).not_to_contain_text("wrote:")
    nora.types("Text (Markdown)", asked.farewell)
    nora.presses("Send and resolve")
    nora.sees("Your answer is on its way, and the request is resolved.")


# Following


def opens_by_a_fresh_link(
    telephone: Person, mail: EmailMessage, mailing: Mailing, look: Look
) -> None:
    telephone.page.emulate_media(color_scheme="dark")
    telephone.opens(link_in(mail, "/requests/"))
    look(telephone)
    telephone.presses("Send me the link")
    telephone.sees("Look into your mailbox")
    telephone.opens(link_in(mailing.newest(ALICE), "/open/"))
    telephone.sees("Welcome back")
    look(telephone)
    telephone.presses("Open my request")


def reads_everything(telephone: Person, asked: Asked, look: Look) -> None:
    telephone.page.wait_for_url("**/requests/*")
    said = telephone.page.locator(".talk > li")
    expect(said).to_have_count(4)
    for place, words in enumerate((asked.request, asked.answer, asked.reply, asked.farewell)):
        expect(said.nth(place)).to_contain_text(words)
    look(telephone)


def scores_by_mail(telephone: Person, question: EmailMessage, look: Look) -> None:
    telephone.opens(link_in(question, r"score=4"))
    look(telephone)
    telephone.presses("Send my answer: %(score)s", score=4)
    telephone.sees("Thank you for your answer.")


# Counting


def reads_the_times(ines: Person, asked: Asked, look: Look) -> None:
    ines.opens("/studio/requests")
    ines.follows("Figures and files")
    ines.sees_text(asked.subject)
    expect(ines.page.locator("#requests .value, .figure#requests .value").first).to_have_text("1")
    expect(ines.page.locator("#response_median .value")).to_contain_text("2")
    expect(ines.page.locator("#resolution_median .value")).to_contain_text("30")
    look(ines)
