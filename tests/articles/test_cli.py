"""`kb import` and `kb export`, as an operator types them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result
from flask import Flask

from articles.cli import export_command, import_command

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command on the application's own home."""
    config = app.extensions["kb_settings"]
    monkeypatch.setenv("KB_HOME", str(config.home))
    monkeypatch.setenv("KB_SECRET_KEY", config.secret_key)
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    monkeypatch.setenv("KB_INDEXER", "off")

    def invoke(command: Command, *arguments: object) -> Result:
        return CliRunner().invoke(command, [str(each) for each in arguments])

    return invoke


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "docs"
    path.mkdir()
    (path / "a.md").write_text("---\ntitle: A\n---\n\nWords\n")
    return path


def test_a_clean_import_ends_well(run: Run, folder: Path) -> None:
    result = run(import_command, folder)
    assert (result.exit_code, "1 created" in result.output) == (0, True)


def test_a_problem_is_told_by_file_and_line(run: Run, folder: Path) -> None:
    (folder / "b.md").write_text("One\n\n[x](gone.md)\n")
    result = run(import_command, folder)
    assert result.exit_code == 1
    expected = "b.md:3: a link to a missing file (gone.md); shown as its words"
    assert expected in result.output


def test_strict_ends_with_two_and_writes_nothing(run: Run, folder: Path) -> None:
    (folder / "b.md").write_text("")
    result = run(import_command, folder, "--strict")
    assert (result.exit_code, "Nothing was written." in result.output) == (2, True)
    assert "1 created" in run(import_command, folder).output


def test_most_of_a_folder_is_archived_only_by_force(run: Run, folder: Path) -> None:
    run(import_command, folder)
    (folder / "a.md").rename(folder / "b.md")
    (folder / "b.md").write_text("---\ntitle: B\n---\n\nOther words\n")
    refused = run(import_command, folder, "--archive-missing")
    assert (refused.exit_code, "say --force" in refused.output) == (1, True)
    assert "1 archived" in run(import_command, folder, "--archive-missing", "--force").output


def test_a_dry_run_says_what_would_be(run: Run, folder: Path) -> None:
    assert "1 created" in run(import_command, folder, "--dry-run").output
    assert "1 created" in run(import_command, folder).output


def test_a_language_that_the_site_does_not_speak_is_refused(run: Run, folder: Path) -> None:
    assert "--locale" in run(import_command, folder, "--locale", "xx").output


def test_an_export_says_what_it_wrote(run: Run, folder: Path, tmp_path: Path) -> None:
    run(import_command, folder)
    result = run(export_command, tmp_path / "out")
    assert "1 articles in 1 files" in result.output
    assert (tmp_path / "out/fr/a.md").exists()


def test_an_export_spares_a_folder_of_other_files(run: Run, folder: Path) -> None:
    assert run(export_command, folder).exit_code == 1
