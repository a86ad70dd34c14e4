"""Translating and ordering in a browser: by keyboard, by mouse, with nothing that axe finds wrong."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from articles.drafting import draft_article, save_draft
from articles.models import Category, CategoryName
from articles.publishing import Words
from articles.translating import begin
from kb.db import db
from tests.browser.conftest import Check, OpenPage, Site, sign_in

pytestmark = pytest.mark.browser

SOURCE = "Bonjour.\n\n## Frais\n\nCinq euros.\n"


@pytest.fixture
def draft(site: Site) -> str:
    """Address of a translation whose source has a new section."""
    with site.app.app_context():
        source = draft_article(Words(title="Livraison du soir", body=SOURCE), "fr", by="Camille")
        english = begin(source.article, "en", with_text=False, by="Camille")
        longer = Words(title="Livraison du soir", body=SOURCE + "\n## Samedi\n\nAussi.\n")
        save_draft(source, longer, after=1, by="Camille")
        return f"/studio/drafts/{english.id}/translate"


def test_sections_are_typed_kept_and_taken_up_again(open_page: OpenPage, draft: str) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.goto(draft)
        sections = page.locator("textarea[name=section]")
        expect(page.locator(".mark", has_text="new")).to_be_visible()
        expect(sections).to_have_count(3)
        page.get_by_role("button", name="Put the source here").last.click()
        expect(sections.nth(2)).to_have_value("## Samedi\n\nAussi.")
        sections.nth(0).fill("Good evening.")
        expect(page.locator("[name=body]")).to_have_value(
            "Good evening.\n\n## Frais\n\n## Samedi\n\nAussi.\n"
        )
        expect(page.locator("[data-pulse-place]")).to_contain_text("not saved yet")
        page.goto(draft)
        page.locator(".offer").get_by_text("Go on with it").first.click()
        expect(sections.nth(0)).to_have_value("Good evening.")
        page.get_by_role("button", name="Save: up to date with revision 2").click()
        expect(page.locator(".notices")).to_contain_text("translates revision 2 of the source")


def _png() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return content.getvalue()


def test_the_toolbar_its_keys_and_pictures_are_about_the_section_written_in(
    open_page: OpenPage, draft: str
) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.goto(draft)
        sections = page.locator("textarea[name=section]")
        sections.nth(0).fill("Good evening")
        sections.nth(0).press("ControlOrMeta+a")
        sections.nth(0).press("ControlOrMeta+b")
        expect(sections.nth(0)).to_have_value("**Good evening**")
        sections.nth(1).fill("## Fees\n\n- Five euros")
        sections.nth(1).press("Enter")
        page.keyboard.type("cash")
        expect(sections.nth(1)).to_have_value("## Fees\n\n- Five euros\n- cash")
        sections.nth(2).fill("## Saturday\n\n")
        page.get_by_role("toolbar").get_by_role("button", name="Link").click()
        page.locator("#link-query").fill("https://clairson.example/")
        page.locator("#link-text").fill("our site")
        page.get_by_role("button", name="Insert the link").click()
        expect(sections.nth(2)).to_have_value(
            "## Saturday\n\n[our site](https://clairson.example/)"
        )
        picture = {"name": "lamp.png", "mimeType": "image/png", "buffer": _png()}
        page.locator("[data-choose-file]").set_input_files(picture)
        page.locator("#image-alt").fill("A lamp")
        page.get_by_role("button", name="Insert the picture").click()
        expect(sections.nth(2)).to_have_value(re.compile(r"!\[A lamp\]\(attachment:"))
        expect(sections.nth(0)).to_have_value("**Good evening**")
        expect(page.locator(".seen img[alt='A lamp']")).to_be_visible()
        page.locator(".finding a, .finding button").first.wait_for()


def test_a_finding_leads_to_its_line_in_the_section_that_holds_it(
    open_page: OpenPage, draft: str
) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.goto(draft)
        sections = page.locator("textarea[name=section]")
        sections.nth(0).fill("Good evening.")
        sections.nth(2).fill("## Saturday\n\nToo.\n\n##### Far below")
        page.locator('[data-field="body"][data-line="9"]').click()
        expect(sections.nth(2)).to_be_focused()
        chosen = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
        assert sections.nth(2).evaluate(chosen) == "##### Far below"


@pytest.fixture
def shelves(site: Site) -> tuple[str, ...]:
    """Names of categories that readers do not see, as nothing is in them."""
    names = ("Attic", "Barn", "Cellar")
    with site.app.app_context():
        if db.session.query(Category).filter_by(key="attic").first() is None:
            for position, name in enumerate(names, 100):
                english = CategoryName(locale="en", name=name, slug=name.lower())
                key = name.lower()
                db.session.add(Category(key=key, position=position, names=[english]))
            db.session.commit()
    return names


def _order(page: Page, names: tuple[str, ...]) -> list[str]:
    links = page.locator("[data-tree] > ol > li > [data-row] a").all_text_contents()
    return [name for name in links if name in names]


def test_categories_are_ordered_by_keyboard_and_mouse(
    open_page: OpenPage, axe: Check, shelves: tuple[str, ...]
) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        page.goto("/studio/categories/")
        assert axe(page) == []
        page.get_by_role("link", name="Cellar").focus()
        page.keyboard.press("Alt+ArrowUp")
        expect(page.locator("[data-tree-said]")).to_contain_text("“Cellar” is now number")
        expect(page.get_by_role("button", name="Move “Cellar” up")).to_be_focused()
        assert _order(page, shelves) == ["Attic", "Cellar", "Barn"]
        row = page.locator("[data-row]", has=page.get_by_role("link", name="Barn"))
        target = page.locator("[data-row]", has=page.get_by_role("link", name="Attic"))
        row.locator("[data-grip]").drag_to(target, target_position={"x": 300, "y": 3})
        expect(page.locator("[data-tree-said]")).to_contain_text("“Barn” is now number")
        assert _order(page, shelves) == ["Barn", "Attic", "Cellar"]
        page.get_by_role("button", name="Put “Attic” under the one before it").click()
        expect(page.locator("[data-tree-said]")).to_contain_text("under “Barn”")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".notices")).to_contain_text("Undone")
        assert _order(page, shelves) == ["Barn", "Attic", "Cellar"]


def test_axe_finds_nothing_wrong_in_the_rooms_of_languages_and_addresses(
    open_page: OpenPage, axe: Check, draft: str
) -> None:
    with open_page(locale="en-GB") as page:
        sign_in(page)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            for path in (draft, "/studio/translations", "/studio/addresses/"):
                page.goto(path)
                assert axe(page) == [], path
                assert page.evaluate("document.documentElement.scrollWidth") == width, path
