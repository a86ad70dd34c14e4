"""`sync_folder`: a folder and the site say the same, whichever was changed."""

from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from articles import attachments
from articles.models import Article, Category, SlugHistory, Status, Translation
from articles.publishing import Words, archive, commit_changes, publish, words_of, write_revision
from articles.studio.models import Review, Verdict
from articles.sync import SyncOptions, SyncReport, sync_folder
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.db import db
from kb.mail.models import OutgoingMail
from kb.worker.running import site_context
from tests import factories
from tests.conftest import PASSWORD

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="12" height="8"><path d="M0 0"/></svg>'
LINES = "One.\n\nTwo.\n\nThree.\n\nFour.\n"


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    path = tmp_path / "docs"
    path.mkdir()
    return path


def sync(folder: Path, **options: object) -> SyncReport:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with site_context(app):
        return sync_folder(folder, SyncOptions(**options))  # type: ignore[arg-type]


def settled(folder: Path, **options: object) -> SyncReport:
    """Sync, and make sure that a second sync has nothing to do."""
    report = sync(folder, **options)
    again = sync(folder, **options)
    assert again.changes == []
    return report


def translation(key: str = "reset", locale: str = "en") -> Translation:
    db.session.expire_all()
    return db.session.scalars(
        select(Translation).join(Article).where(Article.key == key, Translation.locale == locale)
    ).one()


def public(key: str = "reset", locale: str = "en") -> Words:
    shown = translation(key, locale).public_revision
    assert shown is not None
    return words_of(shown)


def say(body: str, key: str = "reset", locale: str = "en", **words: str) -> None:
    """Change the public words as the studio does."""
    changed = translation(key, locale)
    shown = public(key, locale)
    new = Words(**{**shown.columns(), "body": body, **words})
    publish(changed, write_revision(changed, new, by="camille"))
    commit_changes()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


# One side


def test_an_empty_folder_is_filled(folder: Path) -> None:
    lamps = factories.category("lamps")
    factories.article(key="reset", slug="reset", category=lamps, body=LINES)
    report = settled(folder)
    text = (folder / "en/lamps/reset.md").read_text()
    assert text.startswith("---\ntitle: Reset a lamp\nkey: reset\n")
    assert text.endswith(f"---\n\n{LINES}")
    assert (folder / "categories.yaml").exists()
    assert report.exit_status == 0


def test_a_new_file_becomes_an_article(folder: Path) -> None:
    (folder / "wifi.md").write_text("---\ntitle: Wi-Fi\nlocale: en\n---\n\nOn.\n")
    settled(folder)
    assert public("wifi").body == "On.\n"
    assert (folder / "wifi.md").read_text() == "---\ntitle: Wi-Fi\nlocale: en\n---\n\nOn.\n"


def test_words_of_a_file_become_public(folder: Path) -> None:
    factories.article(key="reset", body=LINES)
    sync(folder)
    edit(folder / "en/reset.md", "Two.", "Two, in a file.")
    settled(folder)
    assert public().body == LINES.replace("Two.", "Two, in a file.")


def test_words_of_the_site_change_their_lines_only(folder: Path) -> None:
    path = folder / "en/reset.md"
    factories.article(key="reset", body=LINES)
    sync(folder)
    text = path.read_text().replace("title: Reset a lamp", "# a remark\ntitle:   'Reset a lamp'")
    path.write_text(text)
    settled(folder)
    say(LINES.replace("Three.", "Three, on the site."))
    settled(folder)
    assert path.read_text() == text.replace("Three.", "Three, on the site.")


def test_a_field_of_the_site_changes_its_line_only(folder: Path) -> None:
    path = folder / "en/reset.md"
    factories.article(key="reset", body=LINES, summary="Old")
    sync(folder)
    edit(path, "summary: Old", "description: Old  # as it was")
    settled(folder)
    before = path.read_text()
    say(LINES, summary="New")
    settled(folder)
    assert path.read_text() == before.replace("description: Old  # as it was", "description: New")


def test_fields_of_a_file_reach_the_site(folder: Path) -> None:
    factories.article(key="reset", slug="reset")
    sync(folder)
    edit(folder / "en/reset.md", "slug: reset", "slug: begin-again\naudience: staff\ntags: [a, b]")
    settled(folder)
    article = translation().article
    assert (article.audience.value, article.tags) == ("staff", ["a", "b"])
    assert db.session.scalars(select(SlugHistory.slug)).all() == ["reset"]


def test_what_a_file_says_of_all_languages_reaches_the_others(folder: Path) -> None:
    first = factories.article(key="reset")
    factories.article(key="reset", locale="fr", of=first.article)
    sync(folder)
    edit(folder / "en/reset.md", "kind: faq", "kind: guide")
    settled(folder)
    assert "kind: guide" in (folder / "fr/reset.md").read_text()


def test_line_ends_of_another_system_stay(folder: Path) -> None:
    path = folder / "reset.md"
    path.write_bytes(b"---\r\ntitle: Reset\r\nlocale: en\r\n---\r\n\r\nOne.\r\n\r\nTwo.\r\n")
    sync(folder)
    say("One.\n\nTwo, better.\n")
    sync(folder)
    assert path.read_bytes().endswith(b"\r\n\r\nOne.\r\n\r\nTwo, better.\r\n")


# Both sides


def test_changes_of_both_sides_are_put_together(folder: Path) -> None:
    path = folder / "en/reset.md"
    factories.article(key="reset", body=LINES)
    sync(folder)
    edit(path, "One.", "One, in a file.")
    say(LINES.replace("Four.", "Four, on the site."))
    report = settled(folder)
    wanted = LINES.replace("One.", "One, in a file.").replace("Four.", "Four, on the site.")
    assert public().body == wanted
    assert path.read_text().endswith(wanted)
    assert report.exit_status == 0


def conflict(folder: Path) -> Path:
    factories.article(key="reset", body=LINES)
    sync(folder)
    edit(folder / "en/reset.md", "Two.", "Two, in a file.")
    say(LINES.replace("Two.", "Two, on the site."))
    return folder / "en/reset.md"


def test_a_conflict_changes_neither_side(folder: Path) -> None:
    path = conflict(folder)
    text = path.read_text()
    report = settled(folder)
    assert (report.exit_status, len(report.conflicts)) == (1, 1)
    assert path.read_text() == text
    assert public().body == LINES.replace("Two.", "Two, on the site.")
    assert (
        "<<<<<<< this file\nTwo, in a file.\n=======\nTwo, on the site.\n>>>>>>> the site"
        in (folder / "en/reset.conflict.md").read_text()
    )
    problem = report.conflicts[0]
    lines = (folder / "en/reset.conflict.md").read_text().split("\n")
    assert lines[problem.line - 1] == "<<<<<<< this file"


def settle(copy: Path) -> None:
    text = copy.read_text()
    start, end = text.index("<<<<<<<"), text.index(">>>>>>> the site") + len(">>>>>>> the site")
    copy.write_text(text[:start] + "Two, as both want it." + text[end:])


def test_a_conflict_is_settled_in_its_copy(folder: Path) -> None:
    path = conflict(folder)
    sync(folder)
    settle(folder / "en/reset.conflict.md")
    report = settled(folder)
    wanted = LINES.replace("Two.", "Two, as both want it.")
    assert (public().body, path.read_text().endswith(wanted)) == (wanted, True)
    assert not (folder / "en/reset.conflict.md").exists()
    assert report.exit_status == 0


def test_what_the_site_says_after_a_conflict_was_shown_is_kept(folder: Path) -> None:
    conflict(folder)
    sync(folder)
    settle(folder / "en/reset.conflict.md")
    say(LINES.replace("Two.", "Two, on the site.").replace("Four.", "Four, since."))
    settled(folder)
    assert public().body == "One.\n\nTwo, as both want it.\n\nThree.\n\nFour, since.\n"


def test_a_conflict_is_settled_in_the_file_once_its_copy_is_gone(folder: Path) -> None:
    path = conflict(folder)
    sync(folder)
    edit(path, "Two, in a file.", "Two, mine and theirs.")
    (folder / "en/reset.conflict.md").unlink()
    settled(folder)
    assert public().body == LINES.replace("Two.", "Two, mine and theirs.")


def test_a_copy_that_was_removed_comes_back_with_the_conflict(folder: Path) -> None:
    conflict(folder)
    sync(folder)
    (folder / "en/reset.conflict.md").unlink()
    assert settled(folder).exit_status == 1
    assert (folder / "en/reset.conflict.md").exists()


@pytest.mark.parametrize(("side", "wanted"), [("ours", "in a file"), ("theirs", "on the site")])
def test_one_side_may_be_chosen(folder: Path, side: str, wanted: str) -> None:
    path = conflict(folder)
    sync(folder)
    sync(folder, **{side: frozenset({"en/reset.md"})})
    assert settled(folder).exit_status == 0
    assert public().body == LINES.replace("Two.", f"Two, {wanted}.")
    assert f"Two, {wanted}." in path.read_text()
    said = [each.body for each in translation().revisions]
    assert any("Two, in a file." in each for each in said)
    assert any("Two, on the site." in each for each in said)
    assert not (folder / "en/reset.conflict.md").exists()


def test_a_field_that_both_changed_is_a_conflict(folder: Path) -> None:
    factories.article(key="reset", summary="Old")
    sync(folder)
    edit(folder / "en/reset.md", "summary: Old", "summary: Of the file")
    say(public().body, summary="Of the site")
    report = settled(folder)
    copy = (folder / "en/reset.conflict.md").read_text()
    assert "summary" in report.conflicts[0].reason
    assert "summary: Of the file\n=======\nsummary: Of the site\n" in copy


# What comes and goes


def test_a_removed_file_archives_its_article(folder: Path) -> None:
    for key in ("reset", "pair", "wifi"):
        factories.article(key=key)
    sync(folder)
    (folder / "en/reset.md").unlink()
    settled(folder)
    assert translation().status() is Status.ARCHIVED
    assert not (folder / "en/reset.md").exists()


def test_a_file_that_comes_back_brings_its_article_back(folder: Path) -> None:
    for key in ("reset", "pair", "wifi"):
        factories.article(key=key)
    sync(folder)
    text = (folder / "en/reset.md").read_text()
    (folder / "en/reset.md").unlink()
    sync(folder)
    (folder / "en/reset.md").write_text(text)
    settled(folder)
    assert translation().status() is Status.PUBLISHED


def test_most_files_gone_archives_nothing(folder: Path) -> None:
    for key in ("reset", "pair", "wifi"):
        factories.article(key=key)
    sync(folder)
    (folder / "en/reset.md").unlink()
    (folder / "en/pair.md").unlink()
    assert sync(folder).exit_status == 1
    assert translation().status() is Status.PUBLISHED
    sync(folder, force=True)
    assert translation().status() is Status.ARCHIVED


def test_newer_words_of_the_site_bring_a_removed_file_back(folder: Path) -> None:
    for key in ("reset", "pair", "wifi"):
        factories.article(key=key)
    sync(folder)
    say("Newer.\n")
    (folder / "en/reset.md").unlink()
    settled(folder)
    assert (folder / "en/reset.md").read_text().endswith("Newer.\n")


def test_an_article_archived_on_the_site_is_archived_in_its_file(folder: Path) -> None:
    factories.article(key="reset")
    sync(folder)
    archive(translation())
    commit_changes()
    settled(folder)
    assert "\narchived: 20" in (folder / "en/reset.md").read_text()


def test_a_file_that_moved_is_the_same_article(folder: Path) -> None:
    factories.article(key="reset", body=LINES)
    sync(folder)
    (folder / "help").mkdir()
    (folder / "en/reset.md").rename(folder / "help/again.en.md")
    edit(folder / "help/again.en.md", "One.", "One more.")
    settled(folder)
    assert public().body.startswith("One more.")
    assert len(db.session.scalars(select(Article)).all()) == 1
    assert not (folder / "en/reset.md").exists()


def test_a_file_that_cannot_be_read_archives_nothing(folder: Path) -> None:
    factories.article(key="reset")
    sync(folder)
    (folder / "en/reset.md").write_text("---\ntitle: [\n---\n\nx\n")
    assert sync(folder).exit_status == 1
    assert translation().status() is Status.PUBLISHED
    assert (folder / "en/reset.md").read_text() == "---\ntitle: [\n---\n\nx\n"


def test_images_go_both_ways(folder: Path) -> None:
    kept = attachments.keep(attachments.inspect("plan.svg", DRAWING))
    address = attachments.Asset(kept.digest, kept.filename, "", b"").address
    factories.article(key="reset", body=f"![A plan]({address})\n")
    sync(folder)
    assert (folder / "images/plan.svg").read_bytes() == DRAWING
    (folder / "images/new.svg").write_bytes(DRAWING.replace(b"12", b"14"))
    edit(folder / "en/reset.md", "![A plan](../images/plan.svg)", "![A plan](../images/new.svg)")
    settled(folder)
    digest = attachments.inspect("new.svg", DRAWING.replace(b"12", b"14")).digest
    assert digest in public().body
    assert attachments.find(digest) is not None


def test_categories_go_both_ways(folder: Path) -> None:
    lamps = factories.category("lamps", en="Lamps", fr="Lampes")
    factories.article(key="reset", category=lamps)
    sync(folder)
    edit(folder / "categories.yaml", "name: Lampes", "name: Luminaires")
    next(n for n in lamps.names if n.locale == "en").name = "Lights"
    commit_changes()
    settled(folder)
    names = {n.name for n in db.session.scalars(select(Category)).one().names}
    assert names == {"Lights", "Luminaires"}
    assert "name: Lights" in (folder / "categories.yaml").read_text()


# Ways of working


def test_words_of_a_file_may_wait_for_a_review(folder: Path) -> None:
    factories.article(key="reset", body=LINES)
    sync(folder)
    edit(folder / "en/reset.md", "Two.", "Two, proposed.")
    settled(folder, review=True)
    assert public().body == LINES
    assert "Two, proposed." in translation().revisions[-1].body
    publish(translation(), translation().revisions[-1])
    commit_changes()
    settled(folder, review=True)
    assert "Two, proposed." in (folder / "en/reset.md").read_text()


def test_words_that_wait_are_a_review_with_one_letter_for_all_of_a_sync(folder: Path) -> None:
    for name, role in (("ines", RoleName.LEAD), ("jonas", RoleName.REVIEWER)):
        add_user(f"{name}@clairson.example", PASSWORD, role, locale="en")
    add_user("camille@clairson.example", PASSWORD, RoleName.WRITER)
    factories.article(key="reset", body=LINES)
    factories.article("Charge a lamp", LINES, key="charge")
    sync(folder)
    edit(folder / "en/reset.md", "Two.", "Two, proposed.")
    edit(folder / "en/charge.md", "One.", "One, proposed.")
    (folder / "en/new.md").write_text("---\ntitle: A new lamp\nkey: new\n---\n\nThree, proposed.\n")
    settled(folder, review=True)
    reviews = db.session.scalars(select(Review).order_by(Review.id)).all()
    assert [(each.translation.article.key, each.verdict, each.asked_by) for each in reviews] == [
        ("new", Verdict.WAITING, None),
        ("charge", Verdict.WAITING, None),
        ("reset", Verdict.WAITING, None),
    ]
    assert all("proposed" in each.revision.body for each in reviews)
    assert "docs" in reviews[0].note
    letters = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert [each.recipient.partition("@")[0] for each in letters] == ["ines", "jonas"] * 2
    assert "2 texts from the folder “docs”" in letters[-1].subject
    assert "“Charge a lamp”" in letters[-1].text


def test_a_later_state_of_a_file_takes_the_place_of_the_one_that_waits(folder: Path) -> None:
    add_user("ines@clairson.example", PASSWORD, RoleName.LEAD)
    factories.article(key="reset", body=LINES)
    sync(folder)
    edit(folder / "en/reset.md", "Two.", "Two, proposed.")
    sync(folder, review=True)
    edit(folder / "en/reset.md", "Two, proposed.", "Two, proposed better.")
    settled(folder, review=True)
    reviews = db.session.scalars(select(Review).order_by(Review.id)).all()
    assert [each.verdict for each in reviews] == [Verdict.WITHDRAWN, Verdict.WAITING]
    assert "proposed better" in reviews[1].revision.body
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 1


def test_without_the_option_nobody_is_asked(folder: Path) -> None:
    factories.article(key="reset", body=LINES)
    sync(folder)
    edit(folder / "en/reset.md", "Two.", "Two, and at once.")
    settled(folder)
    assert db.session.scalars(select(Review)).all() == []


def test_a_draft_goes_on_upon_what_a_file_publishes(folder: Path) -> None:
    factories.article(key="reset", body=LINES)
    sync(folder)
    changed = translation()
    write_revision(changed, Words("Reset a lamp", LINES.replace("Four.", "Four, drafted.")))
    commit_changes()
    edit(folder / "en/reset.md", "One.", "One, in a file.")
    settled(folder)
    newest = translation().revisions[-1].body
    assert public().body == LINES.replace("One.", "One, in a file.")
    assert newest == public().body.replace("Four.", "Four, drafted.")


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    factories.article(key="reset", body=LINES)
    sync(folder)
    edit(folder / "en/reset.md", "Two.", "Two, in a file.")
    report = sync(folder, dry_run=True)
    assert report.changes == [("en/reset.md", "file → site")]
    assert public().body == LINES


@pytest.mark.parametrize(
    ("direction", "file", "site"),
    [("pull", "Four, site.", "One."), ("push", "Four.", "One, file.")],
)
def test_one_direction_leaves_the_other_side_alone(
    folder: Path, direction: str, file: str, site: str
) -> None:
    factories.article(key="reset", body=LINES)
    sync(folder)
    edit(folder / "en/reset.md", "One.", "One, file.")
    say(LINES.replace("Four.", "Four, site."))
    settled(folder, direction=direction)
    assert "One, file." in (folder / "en/reset.md").read_text()
    assert "Four, site." in public().body
    assert file in (folder / "en/reset.md").read_text()
    assert site in public().body
    settled(folder)
    assert public().body == LINES.replace("One.", "One, file.").replace("Four.", "Four, site.")
