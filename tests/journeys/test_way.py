"""The way of one article through all hands: from a question in vain to words that are put back."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyotp
import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from feedback.gaps import actions
from feedback.gaps.keeping import keep_gaps
from feedback.gaps.models import Gap
from feedback.visitors import Visitor
from kb.accounts.models import RoleName, User
from kb.config import Settings
from kb.db import db, utc_now
from kb.mail.models import OutgoingMail
from tests import factories
from tests.feedback.cast import search
from tests.journeys.conftest import Clock, Look, Opened
from tests.journeys.person import Person
from tests.journeys.words import ARTICLES, OTHER, Article

pytestmark = pytest.mark.browser

Colleague = Callable[[str, RoleName], Person]
NORA, ROSA = "nora@clairson.example", "Rosa Blum"
PASSWORD = "lamps glow quietly at night"


def test_an_article_goes_from_a_question_to_readers_and_on(  # noqa: PLR0917
    settings: Settings,
    locale: str,
    somebody: Opened,
    colleague: Colleague,
    look: Look,
    clock: Clock,
    tmp_path: Path,
) -> None:
    article, other = ARTICLES[locale], ARTICLES[OTHER[locale]]
    ada = colleague("Ada Stone", RoleName.ADMIN)
    rosa = colleague(ROSA, RoleName.REVIEWER)
    tom = colleague("Tom Reed", RoleName.WRITER)
    reader = somebody("a reader")

    nora = is_invited(ada, somebody("Nora Petit"), look)
    secret = protects_the_account(nora)
    signs_in_with_a_code(nora, secret)

    asked_in_vain(article, owner=NORA)
    draft = writes_for_the_gap(nora, article, look)
    adds_a_picture(nora, article, tmp_path / "lamp.png")
    mends_what_the_checks_find(nora, article, look)
    asks_for_a_review(nora)

    comments_and_approves(rosa, article, look)
    is_public_at_the_minute(rosa, reader, article, clock, ZoneInfo(settings.timezone))

    translation = translates(tom, article, other, look)
    publishes(rosa, translation)
    assert reader.opens(address(other)) == 200

    corrects(nora, draft, article.slip, "typo")
    publishes(rosa, draft)
    is_told_nothing(reader, tom, article, other)
    corrects(nora, draft, article.news, "major")
    publishes(rosa, draft, look)
    is_told_where_it_is_newer(reader, tom, article, other)

    moves(rosa, draft, article)
    leads_to_the_new_address(reader, article)
    restores(rosa, draft, article)
    assert reader.opens(f"/{locale}/articles/{article.other_slug}") == 200
    reader.sees_text(article.news[0])
    everything_is_in_the_log(ada, article, look)


def address(article: Article) -> str:
    return f"/{article.locale}/articles/{article.slug}"


# Coming in


def is_invited(ada: Person, nora: Person, look: Look) -> Person:
    ada.opens("/studio/people")
    look(ada)
    ada.types("E-mail address", NORA)
    ada.types("Name", nora.name)
    ada.field("Language of the letter").select_option(value=nora.says.locale)
    ada.presses("Send the invitation")
    ada.sees_text(NORA)
    db.session.expire_all()
    letter = db.session.scalars(select(OutgoingMail).where(OutgoingMail.recipient == NORA)).one()
    link = re.search(r"http://\S+/studio/invitation/\S+", letter.text)
    assert link is not None, letter.text
    nora.opens(link[0])
    look(nora)
    nora.types("Password", PASSWORD)
    nora.presses("Open the account")
    return nora


def protects_the_account(nora: Person) -> str:
    """Set up codes on the page that welcomes her; return what the app would keep."""
    nora.sees("Protect your account")
    nora.unfolds("No camera? Type the secret")
    secret = re.sub(r"\W", "", nora.page.locator("code.secret").inner_text())
    nora.types("Code", pyotp.TOTP(secret).now())
    nora.presses("Set up codes")
    nora.sees("Your recovery codes")
    nora.follows("I have kept them")
    nora.sees("Nothing waits for you.")
    return secret


def signs_in_with_a_code(nora: Person, secret: str) -> None:
    nora.page.locator(".menu.account summary").click()
    nora.presses("Sign out")
    assert nora.opens("/studio/") == 200
    nora.sees("Sign in")
    # The next one: no code is taken twice, and a telephone may be half a minute ahead.
    code = pyotp.TOTP(secret).at(datetime.now(), counter_offset=1)  # noqa: DTZ005
    nora.signs_in(NORA, PASSWORD, code=code)


# Writing


def asked_in_vain(article: Article, *, owner: str) -> None:
    """Let five visitors have asked yesterday, and a lead have given the question away."""
    near = factories.article("Cards", slug=f"cards-{article.locale}", locale=article.locale)
    for number in range(5):
        who, when = Visitor(f"{number:032x}"), utc_now() - timedelta(days=1)
        search(who, article.asked, near, weak=True, moment=when, matched=0, locale=article.locale)
    keep_gaps()
    gap = db.session.scalars(select(Gap)).one()
    actions.assign(
        gap, db.session.scalars(select(User).where(User.email == owner)).one(), by="Ines"
    )


def writes_for_the_gap(nora: Person, article: Article, look: Look) -> str:
    """Go from the desk to the draft; return its room."""
    nora.opens("/studio/")
    look(nora)
    nora.goes_to(article.asked)
    nora.presses("Write it")
    nora.page.wait_for_url("**/studio/drafts/*")
    body = nora.page.locator("#body").input_value()
    assert article.asked in body, "the words of customers are not in the draft"
    left = next(line for line in body.splitlines() if line.startswith("("))
    nora.types("Title", article.title)
    nora.types("Summary", article.summary)
    nora.types("Text (Markdown)", f"{article.text}\n\n{left}\n")
    return nora.page.url


def adds_a_picture(nora: Person, article: Article, path: Path) -> None:
    Image.effect_noise((320, 200), 60).save(path)
    nora.page.locator("#body").press("Control+End")
    nora.gives_a_file("Image", path)
    nora.presses("Insert the picture")
    nora.sees("Alternative text")  # it is not taken without
    nora.types("Alternative text", article.picture)
    nora.presses("Insert the picture")
    expect(nora.page.locator(f".seen img[alt='{article.picture}']")).to_be_visible()


def mends_what_the_checks_find(nora: Person, article: Article, look: Look) -> None:
    nora.waits_for_the_index()
    expect(nora.page.locator("#tab-checks")).to_have_text(re.compile(r"\b1$"))
    nora.turns_to("Checks")
    nora.sees("Until then it cannot be published.")
    look(nora)
    place = nora.page.locator(".finding.blocks .place")
    place.click()
    nora.page.keyboard.press("Delete")
    expect(place).to_have_count(0)
    question = nora.page.locator(".findability tr", has_text=article.asked)
    expect(question).to_contain_text(nora.says("first"))


def asks_for_a_review(nora: Person) -> None:
    nora.turns_to("Publication")
    nora.chooses("Reviewer", ROSA)
    nora.types("What they should know", "3 € ?")
    nora.presses("Save and ask for a review")
    nora.sees("%(name)s is asked to review it, and gets a letter.", name=ROSA)


# Reading, planning


def comments_and_approves(rosa: Person, article: Article, look: Look) -> None:
    rosa.opens("/studio/")
    rosa.sees("Waiting for your review")
    rosa.goes_to(article.title)
    rosa.sees_text("3 € ?")
    rosa.follows("Comment on line %(number)s", number=1)
    rosa.types("Comment on line %(number)s", "OK.", number=1)
    rosa.presses("Comment", within=rosa.page.locator("#line-1"))
    look(rosa)
    rosa.presses("Approve")
    rosa.sees("Approved. Whoever may publish can bring it before readers now.")


def is_public_at_the_minute(
    rosa: Person, reader: Person, article: Article, clock: Clock, zone: ZoneInfo
) -> None:
    moment = utc_now().replace(second=0, microsecond=0) + timedelta(minutes=20)
    plan = rosa.page.locator("#plan")
    plan.locator("[name=publish_on]").fill(moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M"))
    rosa.presses("Plan it", within=plan)
    rosa.sees("Scheduled")
    clock.stop_at(moment - timedelta(seconds=1))
    assert reader.opens(address(article)) == 404
    clock.stop_at(moment)
    assert reader.opens(address(article)) == 200
    expect(reader.page.get_by_alt_text(article.picture)).to_be_visible()
    clock.go_on()


# Another language


def translates(tom: Person, article: Article, other: Article, look: Look) -> str:
    """Translate side by side from the list of what is missing; return the room of the draft."""
    tom.opens("/studio/translations")
    row = tom.page.locator("tr", has_text=article.title)
    tom.presses("Begin", within=row)
    tom.page.wait_for_url("**/translate")
    room = tom.page.url.removesuffix("/translate")
    tom.types("Title", other.title)
    tom.types("Summary", other.summary)
    picture = re.search(r"\(attachment:\S+\)", tom.page.locator(".original").all_inner_texts()[2])
    assert picture is not None, "the source does not stand beside"
    section = tom.page.locator("textarea[name=section]")
    section.fill(f"{other.text}\n\n![{other.picture}]{picture[0]}")
    tom.types("Questions that it answers, one on each line", other.asked)
    look(tom)
    tom.field("and ask for a review").check()
    tom.page.locator("button[name=done]").last.click()
    tom.sees("The reviewers are asked, and get a letter. The first to decide does it.")
    return room


def publishes(rosa: Person, room: str, look: Look | None = None) -> None:
    """Publish what another has written; that approves it."""
    rosa.opens(f"{room}/publication")
    if look is not None:
        rosa.follows("Read line by line")
        look(rosa)
        rosa.follows("Changes as readers will see them")
        look(rosa)
        rosa.opens(f"{room}/publication")
    rosa.page.locator("form[action$='/publish'] button").click()
    rosa.sees("Published.")


def corrects(nora: Person, room: str, change: tuple[str, str], significance: str) -> None:
    nora.opens(room)
    text = nora.page.locator("#body").input_value()
    nora.types("Text (Markdown)", text.replace(*change))
    nora.types("What you changed (for colleagues)", change[1])
    nora.field("For readers it is").select_option(value=significance)
    nora.presses("Save and ask for a review")
    nora.sees("The reviewers are asked, and get a letter. The first to decide does it.")


def is_told_nothing(reader: Person, tom: Person, article: Article, other: Article) -> None:
    assert reader.opens(address(article)) == 200
    reader.sees_text(article.slip[1])
    assert reader.opens(address(other)) == 200
    expect(reader.page.locator(".outdated")).to_have_count(0)
    tom.opens("/studio/translations")
    expect(tom.page.locator("main h1")).to_be_visible()
    expect(tom.page.locator("tr", has_text=article.title)).to_have_count(0)


def is_told_where_it_is_newer(
    reader: Person, tom: Person, article: Article, other: Article
) -> None:
    assert reader.opens(address(other)) == 200
    reader.page.locator(".outdated a").click()
    reader.page.wait_for_url(f"**{address(article)}")
    reader.sees_text(article.news[1])
    tom.opens("/studio/translations")
    expect(tom.page.locator("tr", has_text=article.title)).to_contain_text(tom.says("out of date"))


# Afterwards


def moves(rosa: Person, room: str, article: Article) -> None:
    rosa.opens(room)
    rosa.unfolds("Address and other words")
    rosa.types("Address", article.other_slug)
    rosa.presses("Save")
    rosa.sees(
        "Saved. What you changed beside the text (address, category, audience) holds for readers "
        "already."
    )


def leads_to_the_new_address(reader: Person, article: Article) -> None:
    answer = reader.page.request.get(address(article), max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (
        301,
        f"/{article.locale}/articles/{article.other_slug}",
    )


def restores(rosa: Person, room: str, article: Article) -> None:
    """Bring back the first answer, and publish it."""
    rosa.opens(f"{room}/revisions")
    row = rosa.page.locator("tr", has_text=article.slip[1]).last
    rosa.presses("Restore", within=row)
    publishes(rosa, room)


def everything_is_in_the_log(ada: Person, article: Article, look: Look) -> None:
    ada.opens("/studio/audit")
    look(ada)
    ada.sees("changed the address")
    ada.sees_text(article.other_slug)
