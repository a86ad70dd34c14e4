"""`kb import` and `kb export`, as an operator types them."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from click import Command
from click.testing import CliRunner, Result
from flask import Flask

from articles.cli import export_command, import_command
from articles.importing.cli import import_html_command, import_zendesk_command
from articles.sync.cli import sync as sync_command

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


def test_an_export_may_be_one_file(run: Run, folder: Path, tmp_path: Path) -> None:
    run(import_command, folder)
    archive = tmp_path / "all.zip"
    assert run(export_command, "--archive", archive).exit_code == 0
    first = archive.read_bytes()
    run(export_command, "--archive", archive)
    assert archive.read_bytes() == first
    assert "all/fr/a.md" in ZipFile(archive).namelist()


def test_an_export_wants_to_know_where(run: Run, folder: Path) -> None:
    assert run(export_command).exit_code == 2
    assert run(export_command, folder, "--archive", "x.zip").exit_code == 2


def test_a_sync_says_what_it_did_and_what_to_commit(run: Run, folder: Path) -> None:
    first = run(sync_command, folder)
    assert (first.exit_code, "a.md: new file: article created" in first.output) == (0, True)
    (folder / "a.md").write_text("---\ntitle: A\n---\n\nOther words\n")
    assert "a.md: file → site" in run(sync_command, folder, "--dry-run").output
    second = run(sync_command, folder).output
    assert "1 change, 1 file unchanged, 0 conflicts, 0 problems" in second
    assert "0 changes, 1 file unchanged" in run(sync_command, folder).output


def test_a_sync_names_twenty_files_to_commit_and_no_more(run: Run, folder: Path) -> None:
    for number in range(20):
        (folder / f"lamp-{number}.md").write_text(f"---\ntitle: Lamp {number}\n---\n\nWords\n")
    assert run(sync_command, folder).exit_code == 0
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    last = run(sync_command, elsewhere).output.splitlines()[-1]
    assert last == "To commit: git add -A, inside the folder (21 files)"


def test_a_help_center_moves_in(run: Run, tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    export.write_text(
        '{"articles": [{"id": 1, "title": "A", "body": "<p>Words</p>", "locale": "fr"}]}'
    )
    result = run(import_zendesk_command, export)
    assert (result.exit_code, "1 created" in result.output) == (0, True)


def test_pages_move_in(run: Run, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/a.html").write_text(
        "<main><h1>A</h1><p>Words that say enough to stay.</p></main>"
    )
    result = run(import_html_command, tmp_path / "site")
    assert (result.exit_code, "1 created" in result.output) == (0, True)
