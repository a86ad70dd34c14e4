"""`export_folder`: everything leaves as files, and comes back the same."""

import errno
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from articles import attachments
from articles.exporting import FolderNotEmpty, export_folder
from articles.importing import import_folder
from articles.models import (
    Article,
    Attachment,
    Category,
    CategoryName,
    ImportedFile,
    Kind,
    SlugHistory,
    Stage,
    Translation,
)
from articles.publishing import Words, archive, commit_changes, publish, write_revision
from kb.db import db
from tests import factories

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="12" height="8"><path d="M0 0"/></svg>'
ROOT = Path(__file__).parents[2]
WHEN = datetime(2026, 5, 12, 9, 30, 15, 123456, tzinfo=UTC)


def contents() -> dict[str, Any]:
    """Return all that an export promises to keep, in a form that compares."""
    db.session.expire_all()
    return {
        "articles": {
            (a.key, t.locale): _translation(a, t)
            for a in db.session.scalars(select(Article))
            for t in a.translations
        },
        "categories": sorted(
            (c.key, c.parent.key if c.parent else "", c.position,
             sorted((n.locale, n.name, n.slug, n.description) for n in c.names))
            for c in db.session.scalars(select(Category))
        ),
        "attachments": sorted(
            (a.digest, a.filename, a.width or 0, a.height or 0, a.media_type)
            for a in db.session.scalars(select(Attachment))
        ),
        "former": sorted((h.locale, h.slug) for h in db.session.scalars(select(SlugHistory))),
    }  # fmt: skip


def _translation(article: Article, translation: Translation) -> tuple[Any, ...]:
    words = translation.public_revision or translation.revisions[-1]
    return (
        article.kind, article.stage, article.category and article.category.key, article.position,
        article.owner, translation.slug, translation.published_at, translation.archived_at,
        translation.updated_at, words.title, words.summary, words.body, words.answers,
        words.synonyms, words.keywords, words.extra,
    )  # fmt: skip


def add(
    key: str,
    words: Words,
    *,
    locale: str = "en",
    of: Article | None = None,
    category: Category | None = None,
    draft: bool = False,
) -> Translation:
    article = of or Article(
        key=key, kind=Kind.GUIDE, stage=Stage.AFTER, category=category, owner="ines"
    )
    translation = Translation(article=article, locale=locale, slug=f"at-{key}", title=words.title)
    db.session.add(translation)
    revision = write_revision(translation, words, at=WHEN)
    if not draft:
        publish(translation, revision, at=WHEN)
    else:
        translation.updated_at = WHEN
    return translation


@pytest.fixture
def site(app: Flask) -> dict[str, Any]:
    """A small site with one of everything; gives its contents."""
    lamps = Category(key="lamps", position=2, names=[
        CategoryName(locale="en", name="Lamps", slug="lamps", description="All: of it"),
        CategoryName(locale="fr", name="Lampes", slug="lampes"),
    ])  # fmt: skip
    wifi = Category(
        key="wifi", parent=lamps, names=[CategoryName(locale="en", name="Wi-Fi", slug="w")]
    )
    drawing = attachments.keep(attachments.inspect("plan (1) #é.svg", DRAWING))
    address = attachments.Asset(drawing.digest, drawing.filename, "", b"").address
    first = add("reset", Words(
        title="Reset: “it” &amp; more", body=f"## Hold\n\n[pair](article:pair#begin) ![plan]({address})\n\n```\n[x](article:pair)\n```\n",
        summary="A summary: with a colon", answers=["why, oh why?"], synonyms=["luminaire"],
        keywords=["a, b", "2026"], extra={"exl-id": "x", "list": [1, {"a": None}], "date": "2026-01-01"},
    ), category=wifi)  # fmt: skip
    add(
        "reset",
        Words("Réinitialiser", "Voir [ici](article:reset) et [là](article:gone).\n"),
        locale="fr",
        of=first.article,
    )
    add("pair", Words("Pair", "---\n\n# Pair\n"), category=lamps)
    archive(add("old", Words("Old", "Words\n")), at=datetime(2026, 7, 1, tzinfo=UTC))
    add("draft", Words("Draft", "Words\n"), draft=True)
    db.session.flush()
    db.session.add(SlugHistory(locale="en", slug="former", translation_id=first.id))
    commit_changes()
    return contents()


def test_what_leaves_comes_back_the_same(site: dict[str, Any], tmp_path: Path) -> None:
    export_folder(tmp_path / "out")
    factories.empty()
    report = import_folder(tmp_path / "out")
    assert report.problems == ()
    assert contents() == site


def test_exporting_twice_gives_the_same_bytes(site: dict[str, Any], tmp_path: Path) -> None:
    export_folder(tmp_path / "one")
    factories.empty()
    import_folder(tmp_path / "one")
    export_folder(tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_the_guide_says_of_every_table_whether_it_leaves() -> None:
    guide = (ROOT / "docs" / "import.md").read_text()
    said = set(re.findall(r"`(\w+)`", guide.partition("kept in the database")[2]))
    sums = {name for name in db.metadata.tables if re.fullmatch(r"report_\w+_day|report_day", name)}
    assert set(db.metadata.tables) - sums - said == set()


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_files_lie_where_people_look(site: dict[str, Any], tmp_path: Path) -> None:
    export_folder(tmp_path / "out")
    assert sorted(files(tmp_path / "out")) == [
        ".kb-export",
        "categories.yaml",
        "en/draft.md",
        "en/lamps/pair.md",
        "en/lamps/wifi/reset.md",
        "en/old.md",
        "fr/lamps/wifi/reset.md",
        "history.jsonl",
        "images/plan -1- -é.svg",
    ]


def test_links_are_paths_between_files(site: dict[str, Any], tmp_path: Path) -> None:
    export_folder(tmp_path / "out")
    text = (tmp_path / "out/en/lamps/wifi/reset.md").read_text()
    assert "[pair](../pair.md#begin) ![plan](../../../images/plan%20-1-%20-%C3%A9.svg)" in text
    assert "```\n[x](article:pair)\n```" in text


def test_a_second_export_tidies_up_after_the_first(site: dict[str, Any], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export_folder(folder)
    (folder / "notes.txt").write_text("mine")
    db.session.delete(db.session.scalars(select(Article).where(Article.key == "old")).one())
    commit_changes()
    export_folder(folder)
    assert not (folder / "en/old.md").exists()
    assert (folder / "notes.txt").exists()


def test_an_export_that_a_full_disk_broke_off_is_run_again(
    site: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_folder(tmp_path / "whole")
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if len(list(tmp_path.glob("out/**/*.md"))) == 2:
            write(path, content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        export_folder(tmp_path / "out")
    kept = files_in(tmp_path / "out")
    monkeypatch.undo()
    assert {name: files_in(tmp_path / "whole")[name] for name in kept if name != ".kb-export"} == {
        name: content for name, content in kept.items() if name != ".kb-export"
    }
    export_folder(tmp_path / "out")
    assert files_in(tmp_path / "out") == files_in(tmp_path / "whole")


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file by its path in the folder."""
    found = (each for each in folder.rglob("*") if each.is_file())
    return {each.relative_to(folder).as_posix(): each.read_bytes() for each in found}


def test_a_folder_of_other_files_is_left_alone(site: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "mine.md").write_text("mine")
    with pytest.raises(FolderNotEmpty):
        export_folder(tmp_path)


def test_categories_are_written_as_they_are_read(site: dict[str, Any], tmp_path: Path) -> None:
    export_folder(tmp_path / "out")
    tree = yaml.safe_load((tmp_path / "out/categories.yaml").read_text())
    assert [branch["key"] for branch in tree] == ["lamps"]
    assert [branch["key"] for branch in tree[0]["children"]] == ["wifi"]


LINE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
PHRASE = st.lists(LINE, min_size=1, max_size=4).map(" ".join)
BODY = st.lists(
    st.one_of(
        PHRASE, st.sampled_from(["---", "```", "[x](article:a)", "# h", "", "    code", "a: b"])
    ),
    min_size=1,
    max_size=6,
).map(lambda lines: "\n".join(["Words", *lines, "end"]) + "\n")
EXTRA = st.dictionaries(
    PHRASE.map(lambda name: f"x-{name}"),
    st.recursive(
        st.none() | st.booleans() | st.integers() | PHRASE,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PHRASE, inner, max_size=3),
        max_leaves=5,
    ),
    max_size=3,
)
PHRASES = st.lists(PHRASE, max_size=3, unique=True)


@given(
    words=st.builds(
        Words, title=PHRASE, body=BODY, summary=st.just("") | PHRASE, answers=PHRASES,
        synonyms=PHRASES, keywords=PHRASES, extra=EXTRA,
    ),
)  # fmt: skip
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_words_come_back_the_same(
    app: Flask, tmp_path_factory: pytest.TempPathFactory, words: Words
) -> None:
    factories.empty()
    folder = tmp_path_factory.mktemp("out") / "site"
    add("a", words)
    commit_changes()
    before = contents()
    export_folder(folder)
    factories.empty()
    import_folder(folder)
    assert contents() == before
    assert db.session.scalars(select(ImportedFile.path)).one() == "en/a.md"
