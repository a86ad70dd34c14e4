"""`kb check`: what is to mend in a folder of Markdown, or in what is published."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

    from articles.checks.folders import CheckedFolder
    from articles.checks.located import Located
    from search.checking.answers import Answers
    from search.progress import Report


@click.command()
# One parameter for each option: click calls it by name.
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--answers", "tries", is_flag=True, help="Try every question on the search, too.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How to print what is found.",
)
@click.option("--strict", is_flag=True, help="Let warnings fail as errors do.")
@click.option(
    "--min-found",
    type=click.FloatRange(0.0, 1.0),
    help="Fail where a smaller share of the questions is found; such as 0.9.",
)
@click.option("--hints/--no-hints", default=True, help="Print hints, too.", show_default=True)
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that would be imported, where PATHS are some of its files.",
)
@click.option("--source", default="", help="Name under which `kb import` remembers the folder.")
@click.option(
    "--cache",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that keeps vectors from one run to the next, where there is no site.",
)
def check(  # noqa: PLR0917
    paths: tuple[Path, ...],
    tries: bool,
    style: str,
    strict: bool,
    min_found: float | None,
    hints: bool,
    root: Path | None,
    source: str,
    cache: Path | None,
) -> None:
    """Check Markdown files as the studio checks a draft; without PATHS, what is published.

    PATHS are one folder as `kb import` reads it, or some of its files. With --answers each
    question under `answers:` is tried on the index as it would be after the import; nothing of
    the folder is written.

    Exit status: 0 when all is well, 1 when there are errors (with --strict: warnings) or too few
    questions are found, 2 when nothing could be checked.
    """
    from articles.checks.findings import Severity
    from search.checking.output import PRINTERS, Outcome, all_findings

    tries = tries or min_found is not None
    if paths:
        folder, only = _folder(paths, root)
        checked = _checked(folder, only)
        found, count = list(checked.found), len(checked.files)
        answers = _try_folder(folder, only, checked, source, cache) if tries else None
    else:
        found, count, answers = _check_site(tries)
    findings = all_findings(found, answers)
    if not hints:
        findings = [each for each in findings if each.severity is not Severity.HINT]
    outcome = Outcome(count, findings, answers, min_found)
    PRINTERS[style](outcome)
    sys.exit(outcome.exit_status(strict=strict))


def _folder(paths: tuple[Path, ...], root: Path | None) -> tuple[Path, frozenset[str] | None]:
    """Return the folder that would be imported, and which of its files are asked for; None: all."""
    from articles.checks.folders import paths_below

    folders = [each for each in paths if each.is_dir()]
    if folders and len(paths) > 1:
        raise click.BadParameter("give one folder, or some files of one", param_hint="PATHS")
    if folders:
        return folders[0], None
    here = root or Path.cwd()
    if not all(each.resolve().is_relative_to(here.resolve()) for each in paths):
        raise click.BadParameter(
            f"not all of them are in {here}: name the folder with --root", param_hint="PATHS"
        )
    return here, paths_below(here, paths)


def _checked(folder: Path, only: frozenset[str] | None) -> "CheckedFolder":
    from articles.checks.folders import check_folder
    from kb.config import Settings

    checked = check_folder(folder, Settings().locales, only=only)
    if not checked.files and not checked.found:
        raise click.UsageError(f"there is no Markdown file to be checked in {folder}")
    return checked


def _check_site(tries: bool) -> "tuple[list[Located], int, Answers | None]":
    from flask_babel import force_locale

    from articles.checks.located import check_published
    from search import sync
    from search.checking.answers import Trial

    in_english = force_locale("en")  # as a folder is, and as all commands are
    with _site(None) as app, app.test_request_context(), in_english, _bars() as report:
        pages = [some for _translation, some in check_published()]
        made = sync.indexer(app)
        answers = Trial(made, made.store, report).of_site() if tries else None
    return [each for some in pages for each in some], len(pages), answers


def _try_folder(
    folder: Path,
    only: frozenset[str] | None,
    checked: "CheckedFolder",
    source: str,
    cache: Path | None,
) -> "Answers":
    from articles.checks.folders import line_in_head
    from search import sync
    from search.checking.answers import Trial
    from search.vectors import VectorStore

    heads = {
        each.path: (folder / each.path).read_text("utf-8", "replace").splitlines()[: each.body_line]
        for each in checked.files
    }

    def place_of(path: str, question: str) -> tuple[str, int]:
        return path, line_in_head(heads.get(path, []), question)

    with _site(cache) as app, app.test_request_context(), _bars() as report:
        made = sync.indexer(app)
        store = VectorStore(cache) if cache else made.store
        return Trial(made, store, report).of_folder(folder, place_of, only=only, source=source)


@contextmanager
def _site(cache: Path | None) -> "Iterator[Flask]":
    """Give the site of the settings; where there is none, an empty one that is gone afterwards."""
    import tempfile

    from kb.config import Settings
    from kb.factory import create_app
    from kb.schema import ensure
    from search import sync

    settings = Settings()
    is_there = bool(settings.database_url) or (settings.home / "kb.sqlite3").exists()
    if is_there:
        app = create_app(settings)
        ensure(app)
        made = sync.indexer(app)
        with app.test_request_context():
            made.reconcile()  # what a server would do at its start; a look where all is indexed
        yield app
        return
    if cache is None:
        click.echo("There is no site here: the folder is tried by itself.", err=True)
    with tempfile.TemporaryDirectory(prefix="kb-check-") as home:
        app = create_app(settings.model_copy(update={"home": Path(home)}))
        ensure(app)
        yield app


@contextmanager
def _bars() -> "Iterator[Report]":
    from search.progress import ProgressBar

    with ProgressBar(quiet=True) as bar:
        yield bar.reporter("check")
