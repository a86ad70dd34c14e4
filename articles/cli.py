"""`kb import` and `kb export`: articles from files, and back."""

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from rich.progress import TaskID

    from articles.importing import ImportReport, Progress


def application() -> "Flask":
    """Return the site with its database ready."""
    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    return app


@contextmanager
def progress_bars() -> "Iterator[Progress]":
    """Yield what shows the progress of each part of a long work."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    tasks: dict[str, TaskID] = {}
    with Bars(
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bars:

        def show(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what.capitalize(), total=of)
            bars.update(tasks[what], completed=done)

        yield show


def tell(report: "ImportReport", *, dry_run: bool, refused: bool) -> None:
    """Print each problem on a line, then the sum of what happened."""
    for problem in report.problems:
        click.echo(str(problem))
    for note in report.notes:
        click.echo(f"{note.file}: {note.reason}; {note.action}")
    click.echo(
        f"{report.created} created, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.archived} archived; {report.attachments} new attachments; "
        f"{len(report.problems)} problems"
    )
    if dry_run:
        click.echo("Nothing was written: this was a dry run.")
    elif refused:
        click.echo("Nothing was written.")


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--strict", is_flag=True, help="Write nothing if anything is wrong (status 2).")
@click.option("--archive-missing", is_flag=True, help="Archive what vanished from the folder.")
@click.option("--force", is_flag=True, help="Archive even when most of the folder has vanished.")
@click.option("--source", default="", help="Name under which the folder is remembered.")
@click.option("--locale", default="", help="Language of files that do not say theirs.")
def import_command(
    *,
    folder: Path,
    dry_run: bool,
    strict: bool,
    archive_missing: bool,
    force: bool,
    source: str,
    locale: str,
) -> None:
    """Bring a folder of Markdown into the site.

    A second import of the same folder changes only what was edited. Exit status: 0 when all is
    well, 1 when some files had problems (the rest is imported), 2 when --strict kept everything
    from being written.
    """
    from articles.importing import ImportOptions, import_folder
    from kb.locales import settings

    options = ImportOptions(
        source=source,
        locale=locale,
        dry_run=dry_run,
        strict=strict,
        archive_missing=archive_missing,
        force=force,
    )
    with application().app_context(), progress_bars() as show:
        if locale and locale not in settings().locales:
            known = ", ".join(settings().locales)
            raise click.BadParameter(f"the site speaks {known}", param_hint="--locale")
        report = import_folder(folder, options=options, progress=show)
    status = report.exit_status(strict=strict)
    tell(report, dry_run=dry_run, refused=status == 2)
    sys.exit(status)


@click.command("export")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--archive",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one ZIP file instead of a folder.",
)
def export_command(*, folder: Path | None, archive: Path | None) -> None:
    """Write everything back as Markdown files, into a new folder or over an earlier export."""
    from articles.exporting import FolderNotEmpty, export_archive, export_folder

    if (folder is None) == (archive is None):
        raise click.UsageError("name a folder, or a file with --archive")
    with application().app_context():
        try:
            if folder is not None:
                report = export_folder(folder)
            elif archive is not None:
                report = export_archive(archive)
        except FolderNotEmpty as error:
            raise click.ClickException(f"{error}: choose an empty folder") from error
    click.echo(
        f"{report.articles} articles in {report.translations} files, "
        f"{report.attachments} attachments: {folder or archive}"
    )
