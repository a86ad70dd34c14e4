"""`kb check`: what it prints, what it measures, and its exit status."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from articles.checks.folders import check_folder
from articles.models import Translation
from kb.config import Settings
from kb.db import db
from search import sync
from search.checking.answers import Trial
from search.checking.cli import check
from tests import factories

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
SOUND = """---
title: {title}
summary: What to do, in two sentences.
answers:
  - {question}
---
{body}
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the encoder made for tests, which needs no model."""
    return settings.model_copy(update={"embedding_model": "hashing"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three English articles: one sound, one that borrows a title, one with errors."""
    made = tmp_path / "docs"
    (made / "en").mkdir(parents=True)
    _write(
        made,
        "reset.md",
        "Reset a lamp",
        "lamp does not react",
        "Hold the button. The lamp does not react at once.",
    )
    _write(
        made,
        "return.md",
        "Send a lamp back",
        "what do returns cost",
        "Put it in a box. See [the reset](reset.md).",
    )
    _write(
        made,
        "bulbs.md",
        "Bulbs",
        "send a lamp back",
        "Any bulb. ![](../bulb.png) See [it](gone.md).",
    )
    return made


def _write(folder: Path, name: str, title: str, question: str, body: str) -> None:
    text = SOUND.format(title=title, question=question, body=body)
    (folder / "en" / name).write_text(text, "utf-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run the command where there is no site."""
    monkeypatch.setenv("KB_HOME", str(tmp_path / "no-site"))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "hashing")
    monkeypatch.setenv("KB_LOG_LEVEL", "ERROR")

    def ran(*arguments: object) -> Result:
        return CliRunner().invoke(check, [str(each) for each in arguments])

    yield ran
    assert not (tmp_path / "no-site").exists()


def test_each_finding_has_its_file_line_and_severity(run: Run, folder: Path) -> None:
    answer = run(folder)
    assert answer.exit_code == 1
    lines = answer.stdout.splitlines()
    assert "en/bulbs.md:7: error: The image bulb.png has no alternative text." in lines[0]
    assert any("en/bulbs.md:7: error: “it” leads to gone.md" in line for line in lines)
    assert lines[-1].startswith("3 articles: 3 errors, 0 warnings")


def test_only_the_files_that_are_named_are_told(run: Run, folder: Path) -> None:
    answer = run(folder / "en" / "return.md", "--root", folder, "--strict")
    assert answer.exit_code == 0, answer.output
    assert "1 article: 0 errors, 0 warnings" in answer.stdout


def test_warnings_fail_where_it_is_strict(run: Run, folder: Path) -> None:
    path = folder / "en" / "bulbs.md"
    path.write_text(
        path.read_text("utf-8").partition("![]")[0].replace("summary: ", "note: "), "utf-8"
    )
    assert run(path, "--root", folder).exit_code == 0
    assert run(path, "--root", folder, "--strict").exit_code == 1


def test_what_cannot_be_checked_is_status_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty").exit_code == 2
    assert run(tmp_path / "nowhere").exit_code == 2


def test_questions_are_tried_on_the_folder_alone_where_there_is_no_site(
    run: Run, folder: Path
) -> None:
    answer = run(folder, "--answers", "--format", "json")
    found = json.loads(answer.stdout)["answers"]
    ranks = {each["question"]: (each["rank"], each["before"]) for each in found["questions"]}
    assert found["asked"] == 3
    assert ranks["lamp does not react"] == (1, [])
    assert ranks["send a lamp back"] == (2, ["Send a lamp back"])
    lines = {each["question"]: (each["file"], each["line"]) for each in found["questions"]}
    assert lines["send a lamp back"] == ("en/bulbs.md", 5)


def test_a_share_that_is_too_small_fails(run: Run, folder: Path) -> None:
    for path in (folder / "en").glob("*.md"):
        if path.name != "return.md":
            path.unlink()
    path = folder / "en" / "return.md"
    path.write_text(path.read_text("utf-8").replace("(reset.md)", "(https://a.example)"), "utf-8")
    assert run(folder, "--min-found", "0").exit_code == 0
    path.write_text(path.read_text("utf-8").replace("what do returns cost", "“?”"), "utf-8")
    answer = run(folder, "--min-found", "0.9")
    assert answer.exit_code == 1
    assert "found for 0 of 1 question (0%)" in answer.stdout
    assert "does not find this article" in answer.stdout


def test_annotations_escape_what_would_end_them(run: Run, folder: Path) -> None:
    _write(folder, "a,b.md", "100 % cotton", "which", "[x](nope.md)\n\n![](%0A.png)")
    lines = run(folder, "--format", "github").stdout.splitlines()
    assert all(line.startswith("::") for line in lines)
    assert any("file=en/a%2Cb.md,line=7,title=link-relative::" in line for line in lines)


def test_the_index_is_the_one_after_the_import_and_nothing_is_written(
    app: Flask, folder: Path
) -> None:
    factories.article("What do returns cost?", "They cost nothing at all: returns are free.")
    sync.reconcile(app)
    made = sync.indexer(app)
    with app.test_request_context():
        trial = Trial(made, made.store, lambda *_: None)
        answers = trial.of_folder(folder, lambda path, _question: (path, 0))
    found = {each.found.question: each.found for each in answers.tried}
    (other,) = found["what do returns cost"].before
    assert other.title == "What do returns cost?"  # of the site, not of the folder
    assert [each.title for each in found["send a lamp back"].before] == ["Send a lamp back"]
    assert db.session.query(Translation).count() == 1
    assert len(made.index.snapshot()) == 1


def test_what_is_published_is_checked_and_tried(app: Flask) -> None:
    factories.article("Reset a lamp", "Hold the button.", answers=("how to reset",))
    sync.reconcile(app)
    made = sync.indexer(app)
    with app.test_request_context():
        answers = Trial(made, made.store, lambda *_: None).of_site()
    (one,) = answers.tried
    assert (one.file.partition("/")[0], one.found.rank) == ("en", 1)


def test_what_is_published_is_told_in_english_like_a_folder(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.article("Réinitialiser une lampe", "Maintenez le bouton.", locale="fr")
    db.session.commit()
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "hashing")
    monkeypatch.setenv("KB_LOG_LEVEL", "ERROR")
    assert "There is no summary." in CliRunner().invoke(check, []).stdout


def test_the_articles_of_the_demo_are_sound() -> None:
    checked = check_folder(ROOT / "kb" / "demo" / "articles", ("fr", "en"))
    assert len(checked.files) > 100
    assert [each for each in checked.found if each.severity == "error"] == []
