"""The past of articles: what `history.jsonl` brings to another site, and what it never touches."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select

from articles import attachments
from articles.exporting import export_folder
from articles.history import FILE_NAME
from articles.importing import ImportOptions, ImportReport, import_folder
from articles.models import (
    Article,
    Attachment,
    Audience,
    Category,
    CategoryName,
    CategorySlugHistory,
    Kind,
    OldAddress,
    Publication,
    Revision,
    Significance,
    SlugHistory,
    Stage,
    Translation,
)
from articles.publishing import (
    Words,
    archive,
    change_slug,
    commit_changes,
    publish,
    restore,
    write_revision,
)
from articles.studio.models import LineComment, Review, Template, Verdict
from kb.accounts.models import User
from kb.db import Base, db
from tests import factories

START = datetime(2025, 3, 1, 8, 0, 0, 1, tzinfo=UTC)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="8"><path d="M0 0"/></svg>'
TABLES = (
    Category, CategoryName, CategorySlugHistory, Article, Translation, Revision, SlugHistory,
    OldAddress, Attachment, Template, Publication, Review, LineComment,
)  # fmt: skip
# Columns that hold the number of another row, and of which table.
POINTERS = {
    "translated_from": Revision, "next_revision_id": Revision, "successor_id": Article,
    "translation_id": Translation, "category_id": Category, "revision_id": Revision,
    "answers_id": LineComment, "author_id": User, "by_id": User, "asked_by_id": User,
    "reviewer_id": User, "decided_by_id": User,
}  # fmt: skip


def everything() -> dict[str, list[Any]]:
    """Return every column of every row, rows named by what they say and not by number."""
    db.session.expire_all()
    return {
        table.__name__: sorted((_row(each) for each in db.session.scalars(select(table))), key=repr)
        for table in TABLES
    }


def _row(row: Base) -> list[tuple[str, Any]]:
    mapper = inspect(type(row))
    columns = [
        (name, getattr(row, name))
        for name in sorted(mapper.columns.keys())
        if name != "id" and not name.endswith("_id") and name not in POINTERS
    ]
    parents = [
        (name, _name(getattr(row, name)))
        for name in ("parent", "category", "article", "translation", "public_revision")
        if hasattr(row, name)
    ]
    pointers = [
        (name, _name(db.session.get(table, number)))
        for name, table in POINTERS.items()
        if (number := getattr(row, name, None)) is not None
    ]
    return columns + parents + pointers


def _name(row: Any) -> Any:
    match row:
        case Translation():
            return row.article.key, row.locale
        case Revision():
            return row.translation.locale, row.number
        case Article() | Category():
            return row.key
        case LineComment():
            return row.text
        case User():
            return row.email
    return None


def days(number: int) -> datetime:
    return START + timedelta(days=number)


def add(key: str, locale: str = "en", *, of: Article | None = None, **values: Any) -> Translation:
    article = of or Article(key=key, kind=Kind.FAQ, created_at=days(0), **values)
    translation = Translation(
        article=article, locale=locale, slug=f"{key}-at", title="?", created_at=days(1),
        updated_at=days(1),
    )  # fmt: skip
    db.session.add(translation)
    return translation


def say(translation: Translation, body: str, day: int, title: str = "Reset") -> Revision:
    """Write a revision as the studio does: with spaces that Markdown does not care about."""
    revision = write_revision(
        translation,
        Words(title, body, summary=f"Day {day}", answers=["why?"], extra={"day": [day, None, 1.5]}),
        by="camille",
        message=f"because {day}",
        significance=Significance.TYPO if day % 2 else Significance.MEDIUM,
        at=days(day),
    )
    if translation.public_revision is None:
        translation.title, translation.summary = revision.title, revision.summary
    return revision


def picture(width: int, day: int) -> str:
    kept = attachments.keep(
        attachments.inspect(f"plan {width}.svg", DRAWING.format(width).encode())
    )
    kept.created_at = days(day)
    return attachments.Asset(kept.digest, kept.filename, "", b"").address


@pytest.fixture
def lived(any_app: Flask) -> dict[str, list[Any]]:
    """A site that people have worked in for a while; gives all that it holds."""
    lamps = Category(
        key="lamps",
        verify_days=90,
        names=[CategoryName(locale="en", name="Lamps", slug="lamps")],
    )
    reset = add(
        "reset", category=lamps, owner="ines", stage=Stage.AFTER, audience=Audience.CUSTOMERS,
        tags=["a, b", "winter"], source_locale="fr", verify_by=days(400), verified_at=days(30),
        verified_by="Inès",
    )  # fmt: skip
    say(reset, f"First, with ![a picture]({picture(12, 2)}) since gone.\n", 2, "Begin again")
    publish(
        reset,
        say(reset, f"\n\nSecond  ![plan]({picture(14, 3)}), see [it](article:pair#x).", 3),
        at=days(4),
    )
    say(reset, "A draft that nobody has seen.\n\n\n", 5, "Reset, better")
    french = add("reset", "fr", of=reset.article)
    publish(french, say(french, "Un.\n", 6, "Remise à zéro"), at=days(6))
    publish(french, say(french, "Deux, [ici](article:gone).", 7, "Remise à zéro"), at=days(7))
    plan = say(french, "Trois.", 19, "Remise à zéro")
    plan.ready_at = days(20)
    db.session.flush()
    reset.revisions[1].translated_from = french.revisions[0].id
    french.next_revision_id, french.next_at = plan.id, datetime(2090, 1, 2, tzinfo=UTC)
    pair = add("pair")
    publish(pair, say(pair, "One", 8, "Pair"), at=days(9))
    pair.updated_at = days(10)
    archive(pair, at=days(11))
    db.session.flush()
    pair.article.successor_id = reset.article_id
    db.session.add_all([
        CategorySlugHistory(
            locale="fr", slug="anciennes", category_id=lamps.id, created_at=days(21)
        ),
        OldAddress(path="/hc/fr/sections/7", category_id=lamps.id, created_at=days(22)),
        OldAddress(path="/hc/fr/articles/é 8", translation_id=french.id, created_at=days(23)),
        Template(kind=Kind.FAQ, locale="fr", body="## Un\n\n- a: b\n", updated_at=days(24)),
    ])  # fmt: skip
    draft = add("draft")
    say(draft, "A.", 12)
    say(draft, "B.", 13)
    given_up = add("given-up")
    say(given_up, "Never shown.", 14)
    archive(given_up, at=days(15))
    later = add("later")
    publish(later, say(later, "Soon.", 16), at=datetime(2090, 1, 1, tzinfo=UTC))
    db.session.flush()
    change_slug(reset, "reset-lamp")
    db.session.flush()
    for each in db.session.scalars(select(SlugHistory)):
        each.created_at = days(17)
    _discuss(reset)
    commit_changes()
    return everything()


def accounts() -> tuple[User, User]:
    camille = User(email="camille@clairson.example", name="Camille", password=None)
    jonas = User(email="Jonas@clairson.example", name="Jonas", password=None)
    db.session.add_all([camille, jonas])
    db.session.flush()
    return camille, jonas


def _discuss(reset: Translation) -> None:
    """Let two colleagues talk about the public words and the draft."""
    camille, jonas = accounts()
    public, draft = reset.revisions[1], reset.revisions[2]
    public.author_id = draft.author_id = camille.id
    for each in db.session.scalars(select(Publication)):
        each.by_id = jonas.id
    db.session.add_all([
        Review(
            translation_id=reset.id, revision_id=public.id, verdict=Verdict.APPROVED,
            asked_by=camille, reviewer=None, decided_by=jonas, reason="good", created_at=days(3),
            decided_at=days(4),
        ),
        Review(
            translation_id=reset.id, revision_id=draft.id, asked_by=camille, reviewer=jonas,
            note="in haste", created_at=days(26),
        ),
    ])  # fmt: skip
    for line, day in ((1, 27), (None, 28)):
        asked = LineComment(
            translation_id=reset.id, revision_id=draft.id, line=line, quote="A draft" if line else "",
            text=f"Why {line}?", author_id=jonas.id, author="Jonas", created_at=days(day),
        )  # fmt: skip
        db.session.add(asked)
        db.session.flush()
    db.session.add(
        LineComment(
            translation_id=reset.id, revision_id=draft.id, answers_id=asked.id, text="Because.",
            author="Camille, who has left", created_at=days(29), resolved_at=days(30),
            resolved_by="Jonas",
        )
    )  # fmt: skip


Site = dict[str, list[Any]]


def moved(folder: Path) -> ImportReport:
    """Leave this site with all there is, and arrive in one that has the same accounts alone."""
    export_folder(folder)
    factories.empty()
    accounts()
    db.session.commit()
    return import_folder(folder)


def revisions(key: str, locale: str = "en") -> list[Revision]:
    return list(
        db.session.scalars(
            select(Revision)
            .join(Translation, Revision.translation_id == Translation.id)
            .join(Article)
            .where(Article.key == key, Translation.locale == locale)
            .order_by(Revision.number)
        )
    )


def public(key: str, locale: str = "en") -> Revision | None:
    return revisions(key, locale)[0].translation.public_revision


def rewrite(folder: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    path = folder / FILE_NAME
    lines = change([json.loads(line) for line in path.read_text().splitlines()])
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


# Nothing is lost


def test_who_has_no_account_here_keeps_what_they_said(lived: Site, tmp_path: Path) -> None:
    export_folder(tmp_path / "out")
    factories.empty()
    assert import_folder(tmp_path / "out").problems == ()
    reviews = db.session.scalars(select(Review).order_by(Review.id)).all()
    assert [(each.verdict, each.note, each.reviewer) for each in reviews] == [
        (Verdict.APPROVED, "", None),
        (Verdict.WAITING, "in haste", None),
    ]
    comments = db.session.scalars(select(LineComment).order_by(LineComment.id)).all()
    assert [each.author for each in comments] == ["Jonas", "Jonas", "Camille, who has left"]


def test_what_was_said_of_a_revision_that_is_gone_is_reported(lived: Site, tmp_path: Path) -> None:
    def change(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        twice = [line for line in lines if line.get("review") == 1]
        for line in lines:
            if line.get("comment") == 1:
                line["revision"] = 99
        return lines + twice

    export_folder(tmp_path / "out")
    factories.empty()
    rewrite(tmp_path / "out", change)
    report = import_folder(tmp_path / "out")
    assert _reasons(report) == [
        ("a comment of revision 99 of “reset”, which is not there", "left out"),
        ("a second review 1 of “reset”", "left out"),
    ]
    assert len(db.session.scalars(select(LineComment)).all()) == 2


def test_the_whole_database_comes_back_the_same(lived: Site, tmp_path: Path) -> None:
    report = moved(tmp_path / "out")
    assert report.problems == ()
    assert everything() == lived


def test_a_second_import_changes_nothing(lived: Site, tmp_path: Path) -> None:
    moved(tmp_path / "out")
    report = import_folder(tmp_path / "out")
    assert (report.created, report.updated, report.written) == (0, 0, False)
    assert everything() == lived


def test_what_arrived_leaves_as_the_same_bytes(lived: Site, tmp_path: Path) -> None:
    moved(tmp_path / "one")
    export_folder(tmp_path / "two")
    files = [path for path in (tmp_path / "one").rglob("*") if path.is_file()]
    for path in files:
        assert (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes() == (
            path.read_bytes()
        )


def test_a_site_that_takes_its_own_export_back_stays_as_it_is(lived: Site, tmp_path: Path) -> None:
    export_folder(tmp_path / "out")
    report = import_folder(tmp_path / "out")
    assert report.problems == ()
    assert everything() == lived


def test_a_new_revision_only_adds_its_line(lived: Site, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_folder(folder)
    before = (folder / FILE_NAME).read_text().splitlines()
    say(revisions("draft")[0].translation, "C.", 18)
    commit_changes()
    export_folder(folder)
    after = (folder / FILE_NAME).read_text().splitlines()
    new = [json.loads(line) for line in after if line not in before]
    assert [(line.get("article"), line.get("revision")) for line in new] == [
        ("draft", None),  # the digest of its file
        ("draft", 3),
    ]


def test_pictures_of_the_past_are_kept(lived: Site, tmp_path: Path) -> None:
    moved(tmp_path / "out")
    kept = db.session.scalars(select(Attachment).where(Attachment.width == 12)).one()
    assert attachments.path_of(kept).read_text() == DRAWING.format(12)


def test_a_draft_that_was_archived_and_restored_is_not_published(
    app: Flask, tmp_path: Path
) -> None:
    translation = add("reset")
    say(translation, "Never shown.", 2)
    archive(translation, at=days(3))
    restore(translation)
    commit_changes()
    before = everything()
    moved(tmp_path / "out")
    assert everything() == before


# The files have the last word


def test_an_edit_in_the_folder_follows_what_was_said_before(lived: Site, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_folder(folder)
    factories.empty()
    file = folder / "en/lamps/reset.md"
    file.write_text(file.read_text().replace("Second", "Edited"))
    assert import_folder(folder).problems == ()
    assert [each.number for each in revisions("reset")] == [1, 2, 3, 4]
    shown = public("reset")
    assert shown is not None
    assert (shown.number, shown.body.split()[0]) == (4, "Edited")
    assert import_folder(folder).written is False


def test_a_draft_may_be_published_in_the_folder(lived: Site, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_folder(folder)
    factories.empty()
    file = folder / "en/draft.md"
    file.write_text(file.read_text().replace("draft: true", "published: 2026-01-01"))
    import_folder(folder)
    shown = public("draft")
    assert shown is not None
    assert shown.body.strip() == "B."


def test_a_picture_replaced_in_the_folder_is_shown(lived: Site, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_folder(folder)
    factories.empty()
    (folder / "images/plan 14.svg").write_text(DRAWING.format(99))
    report = import_folder(folder)
    reason = "images/plan 14.svg has changed since the export"
    assert [each.reason for each in report.problems] == [reason]
    shown = public("reset")
    digest = db.session.scalars(select(Attachment.digest).where(Attachment.width == 99)).one()
    assert shown is not None
    assert digest in shown.body
    assert import_folder(folder).written is False


def test_what_is_already_there_keeps_its_own_past(any_app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    translation = add("reset")
    for day in (2, 3, 4):
        publish(translation, say(translation, f"Day {day}.", day), at=days(day))
    commit_changes()
    export_folder(folder)
    factories.empty()
    other = add("reset")
    publish(other, say(other, "Its own.", 20), at=days(20))
    commit_changes()
    assert import_folder(folder).updated == 1
    assert [each.body for each in revisions("reset")] == ["Its own.", "Day 4."]


def test_a_folder_without_history_is_taken_as_before(lived: Site, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_folder(folder)
    factories.empty()
    (folder / FILE_NAME).unlink()
    assert import_folder(folder).problems == ()
    assert [each.number for each in revisions("reset")] == [1]


# Lines that are not as they should be

Change = Callable[[dict[str, Any]], object]


def _of_reset(line: dict[str, Any], number: int | None) -> bool:
    return (line.get("article"), line.get("locale"), line.get("revision")) == (
        "reset", "en", number,
    )  # fmt: skip


BAD_REVISIONS: dict[str, tuple[Change, str]] = {
    "a word missing": (lambda line: line.pop("title"), "“title”: Field required"),
    "another type": (
        lambda line: line.update(answers="why?"),
        "“answers”: Input should be a valid array",
    ),
    "a date that is none": (
        lambda line: line.update(created="soon"),
        "“created”: Input should be a valid datetime, input is too short",
    ),
    "a date before time": (
        lambda line: line.update(created="0001-01-01T00:00:00+14:00"),
        "“created”: Value error, date value out of range",
    ),
    "an unknown significance": (
        lambda line: line.update(significance="huge"),
        "“significance”: Input should be 'typo', 'medium' or 'major'",
    ),
    "a number below one": (
        lambda line: line.update(revision=0),
        "“revision”: Input should be greater than or equal to 1",
    ),
    "a null character": (
        lambda line: line.update(body="a\0b"),
        "characters or numbers that no database takes",
    ),
    "half a character": (
        lambda line: line.update(extra={"a": ["\ud800"]}),
        "characters or numbers that no database takes",
    ),
    "no number": (
        lambda line: line.update(extra={"a": float("inf")}),
        "characters or numbers that no database takes",
    ),
    "nothing known": (
        lambda line: line.clear(),
        "neither an attachment, an article, a translation, a revision, a review nor a comment",
    ),
}


@pytest.mark.parametrize("name", BAD_REVISIONS)
def test_a_bad_line_is_reported_and_left_out(app: Flask, tmp_path: Path, name: str) -> None:
    spoil, reason = BAD_REVISIONS[name]
    folder = _three_revisions(tmp_path)
    place = 0

    def change(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        nonlocal place
        place = next(number for number, line in enumerate(lines, 1) if _of_reset(line, 1))
        spoil(lines[place - 1])
        return lines

    rewrite(folder, change)
    report = import_folder(folder)
    assert [str(each) for each in report.problems] == [f"{FILE_NAME}:{place}: {reason}; left out"]
    assert [(each.number, each.body) for each in revisions("reset")] == [
        (1, "Day 3."),
        (2, "Day 4."),
    ]
    assert public("reset") is revisions("reset")[1]
    assert import_folder(folder).written is False


def _three_revisions(tmp_path: Path) -> Path:
    """Export an article of three revisions, and empty the site."""
    folder = tmp_path / "out"
    translation = add("reset")
    for day in (2, 3, 4):
        publish(translation, say(translation, f"Day {day}.", day), at=days(day))
    commit_changes()
    export_folder(folder)
    factories.empty()
    return folder


def _reasons(report: ImportReport) -> list[tuple[str, str]]:
    return [(each.reason, each.action) for each in report.problems]


def test_text_that_is_not_json_is_left_out(app: Flask, tmp_path: Path) -> None:
    folder = _three_revisions(tmp_path)
    path = folder / FILE_NAME
    path.write_bytes(path.read_bytes() + b"<<<<<<< HEAD\n\xff\xfe\n" + b"[" * 100_000 + b"\n")
    assert _reasons(import_folder(folder)) == [("not JSON", "left out")] * 3
    assert len(revisions("reset")) == 3


def test_a_file_of_another_making_is_left_out_as_a_whole(app: Flask, tmp_path: Path) -> None:
    folder = _three_revisions(tmp_path)
    (folder / FILE_NAME).write_text("one\ntwo\nthree\n")
    assert _reasons(import_folder(folder)) == [("not JSON", "left out")]
    (folder / FILE_NAME).write_text('{"history": 2}\n{"article": "x"}\n')
    problem = ("not a history that an export of this version wrote", "left out")
    assert _reasons(import_folder(folder)) == [problem]


def test_a_number_used_twice_is_told(app: Flask, tmp_path: Path) -> None:
    folder = _three_revisions(tmp_path)
    rewrite(folder, lambda lines: [*lines, lines[-1]])
    assert _reasons(import_folder(folder)) == [("a second revision 3 of “reset”", "left out")]
    assert len(revisions("reset")) == 3


def test_revisions_of_nothing_are_told(app: Flask, tmp_path: Path) -> None:
    folder = _three_revisions(tmp_path)
    rewrite(folder, lambda lines: [line for line in lines if not _of_reset(line, None)])
    reason = "revisions of “reset” without a line for it in en"
    assert _reasons(import_folder(folder)) == [(reason, "left out")]
    assert [each.body for each in revisions("reset")] == ["Day 4.\n"]


def test_without_the_public_revision_its_file_speaks(app: Flask, tmp_path: Path) -> None:
    folder = _three_revisions(tmp_path)
    rewrite(folder, lambda lines: [line for line in lines if not _of_reset(line, 3)])
    reason = "public revision 3 of “reset” is missing"
    assert _reasons(import_folder(folder)) == [(reason, "taken from the file")]
    assert [each.body for each in revisions("reset")] == ["Day 2.", "Day 3.", "Day 4.\n"]
    assert public("reset") is revisions("reset")[2]
    assert import_folder(folder).written is False


def test_strict_counts_the_history_too(app: Flask, tmp_path: Path) -> None:
    folder = _three_revisions(tmp_path)
    (folder / FILE_NAME).write_text("?\n")
    report = import_folder(folder, options=ImportOptions(strict=True))
    assert report.exit_status(strict=True) == 2
    assert revisions("reset") == []


def test_a_picture_that_is_gone_is_told(any_app: Flask, lived: Site, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_folder(folder)
    factories.empty()
    (folder / "images/plan 12.svg").unlink()
    reason = "a file that is not there (images/plan 12.svg)"
    assert _reasons(import_folder(folder)) == [(reason, "left out")]


VALUES: st.SearchStrategy[Any] = st.sampled_from([None, True, 0, 1, 2, -1, 1e308, "", "reset", "en", "fr", "x" * 300, "2026-01-01",
     "9999-12-31T23:59:59-14:00", "\ud800", "\0", [], ["a"], [[]], {}, {"a": "2026-01-01"}])  # fmt: skip
FIELDS = st.sampled_from(["article", "locale", "revision", "created", "public", "file", "former", "title",
     "body", "extra", "answers", "attachment", "significance", "summary"])  # fmt: skip
EDITS = st.lists(st.tuples(st.integers(1, 9), FIELDS, VALUES), max_size=5)


@given(edits=EDITS)
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_history_is_imported_or_reported(
    any_app: Flask, tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, str, Any]]
) -> None:
    factories.empty()
    folder = _three_revisions(tmp_path_factory.mktemp("site"))

    def change(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for number, name, value in edits:
            lines[1 + number % (len(lines) - 1)][name] = value
        return lines

    rewrite(folder, change)
    report = import_folder(folder)
    kept = [each.number for each in revisions("reset")]
    assert kept == list(range(1, len(kept) + 1))
    assert kept
    again = import_folder(folder)
    assert (again.created, again.updated) == (0, 0)
    assert again.problems == report.problems


ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
ODD = st.lists(
    ANY
    | st.sampled_from(
        ["\n", "  ", "---\n", "```\n", "[x](a.md)", "[x](article:a)", "# h\n", "&amp;", "\r", "end"]
    )
).map("".join)
SAID = st.builds(
    Words, title=ANY.map("T{}".format), body=ODD, summary=ODD, answers=st.lists(ODD, max_size=2),
    keywords=st.lists(ODD, max_size=2), extra=st.dictionaries(ODD, ODD | st.none(), max_size=2),
)  # fmt: skip


@given(said=st.lists(SAID, min_size=1, max_size=3), public=st.integers(0, 3))
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_was_said_comes_back_to_the_letter(
    app: Flask, tmp_path_factory: pytest.TempPathFactory, said: list[Words], public: int
) -> None:
    factories.empty()
    translation = add("a")
    for number, words in enumerate(said, 1):
        revision = write_revision(translation, words, at=days(number))
        if number == public:
            publish(translation, revision, at=days(number))
    shown = translation.public_revision or revision
    translation.title, translation.summary = shown.title, shown.summary
    commit_changes()
    before = everything()
    folder = tmp_path_factory.mktemp("out") / "site"
    moved(folder)
    assert everything() == before
    import_folder(folder)
    assert everything() == before
