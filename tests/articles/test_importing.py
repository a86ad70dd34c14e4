"""`import_folder`: folders of Markdown, as found in the world, become articles."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from articles import attachments
from articles.importing import ImportOptions, ImportReport, import_folder
from articles.models import (
    Article,
    Attachment,
    Category,
    Kind,
    Rendering,
    Revision,
    SlugHistory,
    Stage,
    Status,
    Translation,
)
from articles.publishing import Words, commit_changes, publish, write_revision
from kb.config import Settings
from kb.db import db

ENGLISH = "This is the lamp that you have bought, and these are the ways to use it with your phone."
FRENCH = (
    "Voici la lampe que vous avez achetée et les façons de vous en servir avec votre téléphone."
)

Tree = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Return a function that writes files, given by path, and returns their folder."""
    root = tmp_path / "docs"

    def write(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    root.mkdir()
    return write


def article(title: str = "Reset a lamp", body: str = ENGLISH, **front: object) -> str:
    lines = "".join(f"{name}: {value}\n" for name, value in front.items())
    return f"---\ntitle: {title}\n{lines}---\n\n{body}\n"


def png(width: int = 4, height: int = 3) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


def translation(key: str, locale: str = "en") -> Translation:
    found = db.session.scalar(
        select(Translation)
        .join(Article, Translation.article_id == Article.id)
        .where(Article.key == key, Translation.locale == locale)
    )
    assert found is not None, f"no article “{key}” in {locale}"
    return found


def body(key: str, locale: str = "en") -> str:
    revision = translation(key, locale).public_revision
    assert revision is not None
    return revision.body


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.archived


def reasons(report: ImportReport) -> list[tuple[str, int, str]]:
    return [(each.file, each.line, each.reason) for each in report.problems]


# What a file says


def test_front_matter_is_understood(any_app: Flask, tree: Tree) -> None:
    head: dict[str, Any] = {
        "description": "How to begin again.",
        "kind": "guide",
        "stage": "after",
        "category": "Lamps",
        "slug": "reset",
        "keywords": "'reset, restart'",
        "answers": "[my lamp is stuck, it does nothing]",
        "synonyms": "[luminaire]",
        "published": "2026-05-12T09:00:00Z",
        "updated": "2026-06-01",
        "owner": "camille",
        "position": 3,
        "key": "reset-a-lamp",
        "exl-id": "abc",
    }
    import_folder(tree({"a.md": article(**head)}))
    found = translation("reset-a-lamp")
    words = found.public_revision
    assert words is not None
    assert (found.slug, found.summary) == ("reset", "How to begin again.")
    assert found.published_at == datetime(2026, 5, 12, 9, tzinfo=UTC)
    assert found.updated_at == datetime(2026, 6, 1, tzinfo=UTC)
    assert (found.article.kind, found.article.stage) == (Kind.GUIDE, Stage.AFTER)
    assert (found.article.owner, found.article.position) == ("camille", 3)
    assert found.article.category is not None
    assert found.article.category.name_in("en").name == "Lamps"
    assert words.keywords == ["reset", "restart"]
    assert words.answers == ["my lamp is stuck", "it does nothing"]
    assert words.synonyms == ["luminaire"]
    assert words.extra == {"exl-id": "abc"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"Text before.\n\n# The `first` *h1* &amp; more\n\n# Second\n\n{ENGLISH}", "The first h1 & more"),
        (f"The title\n=========\n\n{ENGLISH}", "The title"),
        (f"## How do I begin?\n\n{ENGLISH}\n\n### Then", "How do I begin?"),
        (f"## One part\n\n{ENGLISH}\n\n## Another\n", "Which lamp"),
        (f"```\n# not a title\n```\n\n{ENGLISH}", "Which lamp"),
        (ENGLISH, "Which lamp"),
    ],
)  # fmt: skip
def test_a_title_is_found(app: Flask, tree: Tree, text: str, title: str) -> None:
    import_folder(tree({"01_which-lamp.md": text}))
    assert db.session.scalars(select(Translation.title)).one() == title


def test_an_introduction_is_named_after_its_folder(app: Flask, tree: Tree) -> None:
    import_folder(tree({"lamps/README.md": ENGLISH, "a.md": article()}))
    assert translation("lamps").title == "Lamps"


def test_a_draft_is_kept_from_the_public(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article(draft="true"), "b.md": article("B", status="draft")}))
    assert {each.status() for each in db.session.scalars(select(Translation))} == {Status.DRAFT}


def test_an_archived_article_stays_archived(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article(published="2026-01-01", archived="2026-02-01")}))
    assert translation("a").status() is Status.ARCHIVED


def test_the_page_is_rendered_at_once(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article(body="**Words**")}))
    assert db.session.scalars(select(Rendering.html)).one() == "<p><strong>Words</strong></p>"


# Languages


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("en/lamps/reset.md", "fr/lamps/reset.md"),
        ("site/docs/en/reset.md", "site/docs/fr/reset.md"),
        ("reset.md", "reset.fr.md"),
        ("reset.en.md", "reset.fr.md"),
        ("en-GB/reset.md", "fr_FR/reset.md"),
    ],
)
def test_two_languages_of_one_article_find_each_other(
    app: Flask, tree: Tree, english: str, french: str
) -> None:
    import_folder(tree({english: article(body="Hold."), french: article("Réinitialiser")}))
    assert {each.locale for each in translation("reset").article.translations} == {"en", "fr"}


def test_front_matter_says_the_language_before_the_path(app: Flask, tree: Tree) -> None:
    import_folder(tree({"en/a.md": article(locale="fr-CA")}))
    assert translation("a", "fr").locale == "fr"


def test_a_key_brings_differently_named_files_together(app: Flask, tree: Tree) -> None:
    import_folder(tree({"en/reset.md": article(key="k"), "fr/reinit.md": article("R", key="k")}))
    assert len(translation("k").article.translations) == 2


def test_the_language_is_told_by_the_words(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": ENGLISH, "b.md": FRENCH, "c.md": "42"}))
    assert [translation(*each).locale for each in [("a", "en"), ("b", "fr"), ("c", "fr")]]


def test_a_language_that_the_site_does_not_speak_is_reported(app: Flask, tree: Tree) -> None:
    report = import_folder(tree({"en/a.md": article(), "de/a.md": article("Lampe")}))
    assert reasons(report) == [("de/a.md", 0, "in “de”, not a language of this site")]


# Categories


def test_folders_are_categories(app: Flask, tree: Tree) -> None:
    import_folder(tree({"docs/en/lamps/wi-fi/a.md": article(), "docs/en/sound/b.md": article("B")}))
    category = translation("a").article.category
    assert category is not None
    assert (category.name_in("en").name, category.parent and category.parent.key) == (
        "Wi fi",
        "lamps",
    )


def test_an_address_saved_as_folders_is_no_category(app: Flask, tree: Tree) -> None:
    import_folder(tree({"lamps/https:/a.example/x.md": article(), "lamps/b.md": ENGLISH}))
    assert db.session.scalars(select(Category.key)).all() == ["lamps"]


def test_a_subcategory_lies_below_its_category(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article(category="usager", subcategory="fill_dossier")}))
    category = translation("a").article.category
    assert category is not None
    assert category.parent is not None
    assert (category.parent.key, category.name_in("en").name) == ("usager", "Fill dossier")


CATEGORIES = """
- key: lamps
  position: 2
  names:
    fr: {name: Lampes, slug: lampes, description: Tout sur les lampes}
    en: {name: Lamps, slug: lamps}
  children:
    - key: lamps-wifi
      names: {fr: {name: Wi-Fi}, en: Wi-Fi}
"""


def test_a_file_of_categories_names_and_orders_them(app: Flask, tree: Tree) -> None:
    import_folder(tree({"categories.yaml": CATEGORIES, "en/lamps-wifi/a.md": article()}))
    category = translation("a").article.category
    assert category is not None
    assert category.key == "lamps-wifi"
    assert category.parent is not None
    assert category.parent.position == 2
    assert category.parent.name_in("fr").description == "Tout sur les lampes"


def test_a_category_may_be_named_in_any_language(app: Flask, tree: Tree) -> None:
    import_folder(tree({"categories.yaml": CATEGORIES, "fr/a.md": article(category="Lampes")}))
    category = translation("a", "fr").article.category
    assert category is not None
    assert category.key == "lamps"


# Links and images


def test_links_between_files_become_links_between_articles(app: Flask, tree: Tree) -> None:
    text = "See [pair](../sound/pair.md#le-debut), [top](#x), [root](/sound/pair.md 'T') and `[c](../sound/pair.md)`."
    import_folder(
        tree({"en/lamps/a.md": article(body=text), "en/sound/pair.md": article(body="## L’e début\n\nx")})
    )  # fmt: skip
    assert body("a").strip() == (
        "See [pair](article:pair#l-e-debut), [top](#x), [root](article:pair 'T') "
        "and `[c](../sound/pair.md)`."
    )


def test_images_become_attachments_once(app: Flask, settings: Settings, tree: Tree) -> None:
    folder = tree(
        {
            "en/a.md": article(body="![Plan](img/plan%20a.png)"),
            "en/b.md": article("B", body='<img src="img/copy.png" alt="Copy">'),
            "en/img/plan a.png": png(),
            "en/img/copy.png": png(),
        }
    )
    report = import_folder(folder)
    stored = db.session.scalars(select(Attachment)).one()
    assert report.attachments == 1
    assert (stored.width, stored.height, stored.media_type) == (4, 3, "image/png")
    assert attachments.path_of(stored).read_bytes() == png()
    rendered = db.session.scalars(select(Rendering.html)).all()
    assert all('width="4" height="3"' in html for html in rendered)


def test_an_image_is_found_in_the_other_language(app: Flask, tree: Tree) -> None:
    import_folder(tree({"fr/a.md": article(body="![x](i.png)"), "en/i.png": png()}))
    assert body("a", "fr").startswith("![x](attachment:")


def test_a_drawing_loses_its_scripts(app: Flask, tree: Tree) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80" onload="x()"><script>x()</script>'
        '<image href="https://evil.example/x.png"/><a href="javascript:x()"><path d="M0 0"/></a></svg>'
    )
    report = import_folder(tree({"a.md": article(body="![x](d.svg)"), "d.svg": drawing}))
    stored = db.session.scalars(select(Attachment)).one()
    kept = attachments.path_of(stored).read_text()
    assert (stored.width, stored.height) == (120, 80)
    assert "path" in kept
    assert not any(bad in kept for bad in ("script", "onload", "evil", "href"))
    assert [each.file for each in report.problems] == ["d.svg"]


def test_a_drawing_that_declares_entities_is_refused(app: Flask, tree: Tree) -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "x">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
    report = import_folder(tree({"a.md": article(body="![x](d.svg)"), "d.svg": bomb}))
    assert count(Attachment) == 0
    assert "entities" in report.problems[0].reason


# A second time


def test_a_small_edit_does_not_change_the_language(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": ENGLISH}))
    assert counts(import_folder(tree({"a.md": "42"}))) == (0, 1, 0, 0)


def test_a_second_import_changes_nothing(any_app: Flask, tree: Tree) -> None:
    folder = tree(
        {"en/a.md": article(body="[b](b.md) ![x](x.png)"), "en/b.md": ENGLISH, "en/x.png": png()}
    )
    import_folder(folder)
    report = import_folder(folder)
    assert counts(report) == (0, 0, 2, 0)
    assert not report.written
    assert count(Revision) == 2


def test_an_edited_file_makes_one_revision(any_app: Flask, tree: Tree) -> None:
    folder = tree({"a.md": article(), "b.md": article("B")})
    import_folder(folder)
    report = import_folder(tree({"a.md": article(body="Other words, and these are the new ones.")}))
    assert counts(report) == (0, 1, 1, 0)
    shown = translation("a").public_revision
    assert shown is not None
    assert (shown.number, shown.body) == (2, "Other words, and these are the new ones.\n")
    assert shown.rendering is not None


def test_a_moved_file_keeps_its_identity(app: Flask, tree: Tree) -> None:
    folder = tree({"a.md": article(slug="reset"), "other.md": article("Other")})
    import_folder(folder)
    before = translation("a").id
    (folder / "a.md").unlink()
    report = import_folder(tree({"lamps/z.md": article(body=f"Moved. {ENGLISH}", slug="reset")}))
    assert counts(report) == (0, 1, 1, 0)
    assert translation("a").id == before


def test_a_file_moved_without_an_edit_keeps_its_identity(app: Flask, tree: Tree) -> None:
    folder = tree({"a.md": article("Unlike the name")})
    import_folder(folder)
    (folder / "a.md").rename(folder / "b.md")
    assert counts(import_folder(folder))[0] == 0


def test_a_new_slug_leaves_the_old_address_behind(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article(slug="old")}))
    import_folder(tree({"a.md": article(slug="new")}))
    assert translation("a").slug == "new"
    assert db.session.scalars(select(SlugHistory.slug)).all() == ["old"]


def test_an_address_may_pass_from_one_file_to_another(app: Flask, tree: Tree) -> None:
    import_folder(tree({"en/b.md": article("B", slug="x")}))
    report = import_folder(tree({"en/a.md": article(slug="x"), "en/b.md": article("B", slug="y")}))
    assert report.problems == ()
    assert (translation("a").slug, translation("b").slug) == ("x", "y")


def at(addresses: dict[str, str]) -> dict[str, str | bytes]:
    """Return a file for each key, each with its address."""
    return {f"en/{key}.md": article(key, slug=slug) for key, slug in addresses.items()}


def addresses() -> dict[str, str]:
    return {each.article.key: each.slug for each in db.session.scalars(select(Translation))}


@pytest.mark.parametrize(
    "after",
    [
        {"a": "y", "b": "x", "c": "z"},
        {"a": "y", "b": "z", "c": "x"},
        {"a": "y", "b": "z", "c": "new"},
        {"a": "new", "b": "x", "c": "y"},
    ],
)
def test_files_may_swap_addresses(any_app: Flask, tree: Tree, after: dict[str, str]) -> None:
    before = {"a": "x", "b": "y", "c": "z"}
    import_folder(tree(at(before)))
    report = import_folder(tree(at(after)))
    assert report.problems == ()
    assert addresses() == after
    left = set(before.values()) - set(after.values())
    assert set(db.session.scalars(select(SlugHistory.slug))) == left


def test_who_waits_for_an_address_that_stays_taken_stays_too(app: Flask, tree: Tree) -> None:
    folder = tree(at({"c": "z"}))
    import_folder(folder, options=ImportOptions(source="another"))
    (folder / "en/c.md").unlink()
    import_folder(tree(at({"a": "x", "b": "y"})))
    report = import_folder(tree(at({"a": "y", "b": "z"})))
    assert reasons(report) == [
        ("en/a.md", 1, "the address “y” belongs to another article"),
        ("en/b.md", 1, "the address “z” belongs to another article"),
    ]
    assert addresses() == {"a": "x", "b": "y", "c": "z"}


def test_a_stated_address_of_another_source_is_left_to_it(app: Flask, tree: Tree) -> None:
    folder = tree({"en/a.md": article(slug="x")})
    import_folder(folder, options=ImportOptions(source="one"))
    report = import_folder(folder, options=ImportOptions(source="two"))
    assert reasons(report) == [("en/a.md", 1, "the address “x” belongs to another article")]
    assert sorted(db.session.scalars(select(Translation.slug))) == ["x", "x-1"]


def test_one_key_in_a_pair_is_the_key_of_both(app: Flask, tree: Tree) -> None:
    import_folder(tree({"en/a.md": article(key="k"), "fr/a.md": article("R")}))
    assert len(translation("k").article.translations) == 2


def test_a_new_title_keeps_the_address(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article("First title")}))
    import_folder(tree({"a.md": article("Second title")}))
    assert (translation("a").slug, translation("a").title) == ("first-title", "Second title")


def test_what_people_wrote_since_is_left_to_them(app: Flask, tree: Tree) -> None:
    folder = tree({"a.md": article()})
    import_folder(folder)
    found = translation("a")
    publish(found, write_revision(found, Words("Reset a lamp", "Written in the studio.")))
    commit_changes()
    assert counts(import_folder(folder)) == (0, 0, 1, 0)
    assert body("a") == "Written in the studio."


def test_a_link_settles_when_its_target_arrives(app: Flask, tree: Tree) -> None:
    import_folder(tree({"en/a.md": article(body="[b](b.md)")}))
    report = import_folder(tree({"en/b.md": article("B")}))
    assert counts(report) == (1, 1, 0, 0)
    assert body("a") == "[b](article:b)\n"


def test_what_vanished_is_archived_on_request_and_comes_back(app: Flask, tree: Tree) -> None:
    folder = tree({"a.md": article(), "b.md": article("B")})
    import_folder(folder)
    (folder / "a.md").unlink()
    assert counts(import_folder(folder)) == (0, 0, 1, 0)
    report = import_folder(folder, options=ImportOptions(archive_missing=True))
    assert counts(report) == (0, 0, 1, 1)
    assert translation("a").status() is Status.ARCHIVED
    import_folder(tree({"a.md": article()}))
    assert translation("a").status() is Status.PUBLISHED
    assert count(Article) == 2


def _archiving(folder: Path, *, force: bool = False) -> tuple[int, list[str]]:
    """Import with --archive-missing; return how many were archived, and the problems."""
    report = import_folder(folder, options=ImportOptions(archive_missing=True, force=force))
    return report.archived, [str(each) for each in report.problems]


@pytest.mark.parametrize("force", [False, True])
def test_an_emptied_folder_archives_nothing(app: Flask, tree: Tree, *, force: bool) -> None:
    folder = tree({"a.md": article()})
    import_folder(folder)
    (folder / "a.md").unlink()
    expected = ".: no Markdown file in the folder; nothing archived"
    assert _archiving(folder, force=force) == (0, [expected])
    assert translation("a").status() is Status.PUBLISHED


def test_most_of_a_folder_is_archived_only_by_force(app: Flask, tree: Tree) -> None:
    folder = tree({f"{name}.md": article(name) for name in ("a", "b", "c")})
    import_folder(folder)
    (folder / "a.md").unlink()
    (folder / "b.md").unlink()
    assert _archiving(folder) == (
        0,
        [
            ".: 2 of the 3 files imported from “docs” are gone; nothing archived; if that is meant, say --force"
        ],
    )
    assert _archiving(folder, force=True) == (2, [])


def test_files_that_only_moved_do_not_count_as_gone(app: Flask, tree: Tree) -> None:
    folder = tree({f"{name}.md": article(name) for name in ("a", "b", "c")})
    import_folder(folder)
    (folder / "lamps").mkdir()
    (folder / "a.md").rename(folder / "lamps/a.md")
    (folder / "b.md").rename(folder / "lamps/b.md")
    (folder / "c.md").unlink()
    assert _archiving(folder) == (1, [])


def _checkout(folder: Path, *paths: str) -> Path:
    """Return another folder called like this one, with files of its own."""
    other = folder.parent / "elsewhere" / folder.name
    other.mkdir(parents=True)
    for path in paths:
        (other / path).write_text(article(path))
    return other


def test_a_folder_does_not_archive_what_is_of_its_namesake(app: Flask, tree: Tree) -> None:
    folder = tree({"a.md": article()})
    import_folder(folder)
    other = _checkout(folder, "b.md")
    report = import_folder(other, options=ImportOptions(archive_missing=True))
    assert [str(each) for each in report.problems] == [
        f".: “docs” was imported from {folder} before; nothing archived; if it is the same, say --source docs"
    ]
    assert counts(report) == (1, 0, 0, 0)
    again = import_folder(folder, options=ImportOptions(archive_missing=True))
    assert (len(again.problems), again.archived) == (1, 0)


def test_a_folder_that_has_moved_may_say_so_once(app: Flask, tree: Tree) -> None:
    folder = tree({"a.md": article(), "b.md": article("B")})
    import_folder(folder)
    other = _checkout(folder, "b.md", "c.md")
    named = import_folder(other, options=ImportOptions(source="docs", archive_missing=True))
    assert (named.problems, named.archived) == ((), 1)
    (other / "c.md").unlink()
    later = import_folder(other, options=ImportOptions(archive_missing=True))
    assert (later.problems, later.archived) == ((), 1)


SITE = {
    "en/a.md": article(slug="reset"),
    "en/b.md": article("Pair a lamp"),
    "fr/a.md": article("Réinitialiser", FRENCH, slug="reinitialiser"),
}


def test_a_renamed_folder_keeps_its_articles(any_app: Flask, tree: Tree) -> None:
    folder = tree(dict(SITE))
    import_folder(folder)
    renamed = folder.rename(folder.with_name("help"))
    (renamed / "en/a.md").write_text(article("Begin again", slug="reset"))
    assert counts(import_folder(renamed)) == (0, 1, 2, 0)
    (renamed / "en/b.md").unlink()
    assert _archiving(renamed) == (1, [])


def test_a_copied_folder_is_not_published_twice(app: Flask, tree: Tree) -> None:
    folder = tree(dict(SITE))
    import_folder(folder)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    (copy / "en/a.md").write_text(article("Begin again", slug="reset"))
    (copy / "en/c.md").write_text(article("Another"))
    report = import_folder(copy)
    assert counts(report) == (1, 0, 0, 0)
    assert [str(each) for each in report.problems] == [
        f"{path}: the same article was imported from “docs”; skipped; "
        "say --source docs if it is that folder, --source copy if not"
        for path in SITE
    ]


def test_a_copy_that_has_a_name_is_another_folder(app: Flask, tree: Tree) -> None:
    folder = tree(dict(SITE))
    import_folder(folder)
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    assert import_folder(copy, options=ImportOptions(source="copy")).created == 3
    again = import_folder(copy)
    assert (again.problems, again.unchanged) == ((), 3)


def test_what_a_folder_still_claims_does_not_pass_to_another(app: Flask, tree: Tree) -> None:
    folder = tree({"en/a.md": article(slug="reset")})
    import_folder(folder, options=ImportOptions(source="one"))
    other = folder.rename(folder.with_name("two"))
    (other / "en/a.md").write_text(article(slug="reset", key="a"))
    import_folder(other)
    third = other.with_name("three")
    shutil.copytree(other, third)
    (third / "en/a.md").write_text(article("Other words", slug="reset"))
    report = import_folder(third)
    assert [each.reason for each in report.problems] == ["the same article was imported from “two”"]


def test_a_spoilt_note_of_folders_stops_nothing(app: Flask, settings: Settings, tree: Tree) -> None:
    (settings.home / "imported-folders.json").write_text('["?"')
    assert import_folder(tree({"a.md": article()})).problems == ()


def test_a_dry_run_writes_nothing(app: Flask, settings: Settings, tree: Tree) -> None:
    folder = tree({"a.md": article(body="![x](x.png)"), "x.png": png()})
    report = import_folder(folder, options=ImportOptions(dry_run=True))
    assert (report.created, report.attachments, report.written) == (1, 1, False)
    assert count(Article) == count(Attachment) == count(Category) == 0
    assert not (settings.home / "attachments").exists()
    assert not (settings.home / "imported-folders.json").exists()


def test_another_source_does_not_take_over_an_address(app: Flask, tree: Tree) -> None:
    folder = tree({"a.md": article()})
    import_folder(folder, options=ImportOptions(source="one"))
    import_folder(folder, options=ImportOptions(source="two"))
    assert sorted(db.session.scalars(select(Translation.slug))) == [
        "reset-a-lamp",
        "reset-a-lamp-1",
    ]


def test_a_table_of_contents_gives_the_order(app: Flask, tree: Tree) -> None:
    contents = "# Contents\n\n* [B](b.md)\n* [A](sub/a.md)\n"
    report = import_folder(
        tree({"SUMMARY.md": contents, "sub/a.md": article(), "b.md": article("B")})
    )
    assert [translation(key).article.position for key in ("b", "a")] == [1, 2]
    assert [note.file for note in report.notes] == ["SUMMARY.md"]


# Bad input

GOOD = article("Good", key="good")
BAD: dict[str, tuple[dict[str, str | bytes], tuple[str, int, str]]] = {
    "broken YAML": (
        {"x.md": "---\ntitle: a\nkind: [b\n---\n\nText"},
        ("x.md", 4, "broken YAML (expected ',' or ']', but got '<stream end>')"),
    ),
    "YAML aliases": (
        {"x.md": "---\na: &a [x]\nb: *a\n---\n\nText"},
        ("x.md", 3, "broken YAML (aliases are refused)"),
    ),
    "not UTF-8": ({"x.md": "# Été\n\nça".encode("latin-1")}, ("x.md", 1, "not UTF-8")),
    "not a text": ({"x.md": b"\xff\xfa\0\0\1"}, ("x.md", 1, "not a text")),
    "UTF-16": ({"x.md": ENGLISH.encode("utf-16")}, ("x.md", 1, "not UTF-8 but UTF-16")),
    "a BOM": ({"x.md": b"\xef\xbb\xbf# X\n"}, ("x.md", 1, "a byte order mark at the start")),
    "CRLF": ({"x.md": b"# X\n\ntext\r\n"}, ("x.md", 3, "line ends of another system (CRLF)")),
    "an empty file": ({"x.md": " \n\n"}, ("x.md", 0, "an empty file")),
    "a big file": ({"x.md": b"word " * 2_000_000}, ("x.md", 0, "larger than 2 MB")),
    "two files with one slug": (
        {"x.md": article(slug="same"), "y.md": article(slug="same")},
        ("y.md", 1, "two files with one slug (“same”, also in x.md)"),
    ),
    "two files with one key": (
        {"x.md": article(key="same"), "y.md": article("Y", key="same")},
        ("y.md", 1, "two files for one article and language (key “same”)"),
    ),
    "a climbing image": (
        {"x.md": article(body="One\n\n![x](../../secret.png)")},
        ("x.md", 7, "a path that climbs out of the folder (../../secret.png)"),
    ),
    "a link to a missing file": (
        {"x.md": article(body="[x](gone.md)")},
        ("x.md", 5, "a link to a missing file (gone.md)"),
    ),
    "a damaged image": (
        {"x.md": article(body="![x](x.png)"), "x.png": b"not an image"},
        ("x.md", 5, "x.png: not a readable image"),
    ),
    "scripts": (
        {"x.md": article(body="<script>alert(1)</script>")},
        ("x.md", 5, "raw HTML that is not safe (script)"),
    ),
    "an event handler": (
        {"x.md": article(body='a\n<b onclick="alert(1)">x</b>')},
        ("x.md", 6, "raw HTML that is not safe (onclick)"),
    ),
    "a link that runs": (
        {"x.md": article(body="[x](javascript:alert(1))")},
        ("x.md", 5, "a link that runs a script"),
    ),
    "front matter that is never closed": (
        {"x.md": f"\n---\ntitle: X\n\n{ENGLISH}"},
        ("x.md", 2, "front matter that is never closed"),
    ),
    "front matter alone": (
        {"x.md": "---\ntitle: X\n---\n"},
        ("x.md", 0, "nothing under the front matter"),
    ),
    "an image of this machine": (
        {"x.md": article(body="[a [b]](/page) ![c [d]](/etc/passwd)")},
        ("x.md", 5, "a link to a missing file (/etc/passwd)"),
    ),
    "a link to this machine": (
        {"x.md": article(body="[x](file:///etc/passwd)")},
        ("x.md", 5, "an address that pages do not follow (file:)"),
    ),
    "a page in a link": (
        {"x.md": article(body="[d](data:text/html,<b>x</b>)")},
        ("x.md", 5, "a link that runs a script"),
    ),
    "a long title": (
        {"x.md": article("x" * 5_000)},
        ("x.md", 1, "a title of 5000 characters"),
    ),
    "brackets left open": (
        {"x.md": article(body="[" * 5_000)},
        ("x.md", 0, "hundreds of brackets that are never closed"),
    ),
    "a date that is none": (
        {"x.md": article(published="soon")},
        ("x.md", 1, "published “soon” is not a date"),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_reported_and_the_rest_imported(app: Flask, tree: Tree, name: str) -> None:
    files, problem = BAD[name]
    report = import_folder(tree(files | {"good.md": GOOD}))
    assert reasons(report) == [problem]
    assert report.exit_status(strict=False) == 1
    assert translation("good").status() is Status.PUBLISHED


@pytest.mark.parametrize("name", BAD)
def test_strict_writes_nothing(app: Flask, settings: Settings, tree: Tree, name: str) -> None:
    report = import_folder(
        tree(BAD[name][0] | {"good.md": GOOD}), options=ImportOptions(strict=True)
    )
    assert report.exit_status(strict=True) == 2
    assert count(Article) == count(Category) == count(Attachment) == 0
    assert not (settings.home / "attachments").exists()


def test_symbolic_links_out_of_the_folder_are_not_read(app: Flask, tree: Tree) -> None:
    folder = tree({"good.md": GOOD, "x.md": article(body="![x](x.png)")})
    (folder.parent / "secret.md").write_text(ENGLISH)
    (folder.parent / "secret.png").write_bytes(png())
    (folder / "link.md").symlink_to(folder.parent / "secret.md")
    (folder / "x.png").symlink_to(folder.parent / "secret.png")
    (folder / "up").symlink_to(folder.parent)
    report = import_folder(folder)
    assert reasons(report) == [
        ("link.md", 0, "a symbolic link that leads out of the folder"),
        ("up", 0, "a symbolic link to a folder"),
        ("x.md", 5, "a link to a missing file (x.png)"),
        ("x.png", 0, "a symbolic link that leads out of the folder"),
    ]
    assert (count(Article), count(Attachment)) == (2, 0)


def test_a_symbolic_link_to_an_article_is_no_second_one(app: Flask, tree: Tree) -> None:
    folder = tree({"en/a.md": article(), "en/b.md": article("B", "[a](Link.md)")})
    (folder / "en/link.md").symlink_to("a.md")
    report = import_folder(folder)
    assert reasons(report) == [("en/link.md", 0, "a symbolic link to en/a.md")]
    assert (count(Article), body("b")) == (2, "[a](article:a)\n")


def test_an_image_that_the_site_does_not_have_is_shown_as_its_words(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article(body="See ![the list](/etc/passwd).")}))
    assert db.session.scalars(select(Rendering.html)).one() == "<p>See the list.</p>"


def test_a_long_title_is_cut(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article("word " * 200)}))
    title = db.session.scalars(select(Translation.title)).one()
    assert (len(title), title[-5:]) == (400, "word…")


def test_a_rule_above_a_text_is_not_front_matter(app: Flask, tree: Tree) -> None:
    report = import_folder(tree({"a.md": f"---\n\nNote: {ENGLISH}"}))
    assert reasons(report) == []


def test_a_draft_may_be_without_words(app: Flask, tree: Tree) -> None:
    report = import_folder(tree({"a.md": "---\ntitle: To come\ndraft: true\n---\n"}))
    assert (report.problems, report.created) == ((), 1)


def test_a_file_with_problems_is_not_taken_for_a_vanished_one(app: Flask, tree: Tree) -> None:
    import_folder(tree({"a.md": article()}))
    broken = tree({"a.md": "---\ntitle: [\n---\n\nx"})
    report = import_folder(broken, options=ImportOptions(archive_missing=True))
    assert report.archived == 0
    assert translation("a").status() is Status.PUBLISHED
