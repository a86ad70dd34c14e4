"""Two writers on one draft: each sees the other, and no word of either is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from articles.drafting import draft_article, newest
from articles.models import Translation
from articles.publishing import Words as Written
from kb.accounts.models import RoleName
from kb.db import db
from tests.journeys.conftest import Look
from tests.journeys.person import Person

pytestmark = pytest.mark.browser

TEXT = "Lamps.\n\nShades.\n\nBulbs."


def test_two_writers_meet_and_no_word_is_lost(
    locale: str, colleague: Callable[[str, RoleName], Person], look: Look
) -> None:
    draft = draft_article(Written(title="Clairson", body=TEXT), locale)
    nora, tom = (colleague(name, RoleName.WRITER) for name in ("Nora Petit", "Tom Reed"))
    meet(nora, tom, f"/studio/drafts/{draft.id}")

    writes(nora, "Lamps.", "Lamps of Nora.")
    saves(nora)
    writes(tom, "Bulbs.", "Bulbs of Tom.")
    sees_that_there_is_more(tom, nora)
    saves(tom)
    assert stored(draft) == "Lamps of Nora.\n\nShades.\n\nBulbs of Tom."

    writes(nora, "Shades.", "Shades of Nora.")
    writes(tom, "Shades.", "Shades of Tom.")
    saves(tom)
    decides_for_both(nora, tom, look)
    assert stored(draft) == ("Lamps of Nora.\n\nShades of Tom.\nShades of Nora.\n\nBulbs of Tom.")


def meet(nora: Person, tom: Person, room: str) -> None:
    """Open the same draft; each page asks every ten seconds who is there, here at once."""
    nora.page.clock.install()
    nora.opens(room)
    tom.page.clock.install()
    tom.opens(room)
    said = "%(names)s is writing here too. Saving puts both texts together."
    tom.sees(said, names=nora.name)
    nora.page.clock.fast_forward("00:11")
    nora.sees(said, names=tom.name)


def writes(writer: Person, before: str, after: str) -> None:
    text = writer.page.locator("#body").input_value()
    assert before in text, "somebody's words are lost"
    writer.types("Text (Markdown)", text.replace(before, after))


def sees_that_there_is_more(writer: Person, other: Person) -> None:
    writer.page.clock.fast_forward("00:11")
    writer.sees(
        "%(name)s has saved revision %(number)s since you opened this page. "
        "Saving puts both texts together.",
        name=other.name,
        number=2,
    )


def saves(writer: Person) -> None:
    with writer.page.expect_navigation(url="**saved=1"):
        writer.presses("Save")


def decides_for_both(writer: Person, other: Person, look: Look) -> None:
    writer.presses("Save")
    heading = writer.says("%(name)s has changed the same lines", name=other.name)
    expect(writer.page.locator("h1")).to_have_text(heading)
    look(writer)
    with writer.page.expect_navigation(url="**saved=1"):
        writer.page.get_by_label(writer.says("Both, theirs first")).check()
        writer.presses("Save as decided")


def stored(draft: Translation) -> str:
    db.session.expire_all()
    return newest(draft).body
