"""`kb sync`: a folder and the site, kept the same."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from articles.sync.report import SyncReport

NAMED_FILES = 20  # that the last line names; beyond, it names none


@click.command("sync")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--direction",
    type=click.Choice(["both", "pull", "push"]),
    default="both",
    help="pull writes the folder only, push the site only.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--review", is_flag=True, help="Words of files wait as drafts for a review.")
@click.option("--ours", multiple=True, metavar="FILE", help="In a conflict, the file is right.")
@click.option("--theirs", multiple=True, metavar="FILE", help="In a conflict, the site is right.")
@click.option("--force", is_flag=True, help="Archive even when most of the folder has vanished.")
@click.option("--source", default="", help="Name under which the folder is remembered.")
def sync(
    *,
    folder: Path,
    direction: str,
    dry_run: bool,
    review: bool,
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    force: bool,
    source: str,
) -> None:
    """Keep a folder of Markdown, such as a Git work tree, and the site the same.

    Words that only one side has changed go to the other; what both have changed is put together.
    Where both changed the same lines, neither side is touched: NAME.conflict.md shows both until
    somebody decides there. Exit status: 0 when both sides agree, 1 when something waits for a
    person.
    """
    from articles.cli import application
    from articles.sync import Direction, SyncOptions, sync_folder
    from kb.worker.running import site_context

    options = SyncOptions(
        source=source,
        direction=Direction(direction),
        dry_run=dry_run,
        review=review,
        force=force,
        ours=frozenset(_inside(folder, each) for each in ours),
        theirs=frozenset(_inside(folder, each) for each in theirs),
    )
    with site_context(application()):
        report = sync_folder(folder, options)
    _print(report, dry_run=dry_run)
    sys.exit(report.exit_status)


def _inside(folder: Path, written: str) -> str:
    """Return a path as the sync knows it, whether it was written from here or from the folder."""
    here = Path(written).resolve()
    root = folder.resolve()
    if here.is_relative_to(root) and here.exists():
        return here.relative_to(root).as_posix()
    return Path(written).as_posix()


def _print(report: "SyncReport", *, dry_run: bool) -> None:
    for path, what in report.changes:
        click.echo(f"{path}: {what}")
    for problem in [*report.problems, *report.conflicts]:
        click.echo(str(problem))
    click.echo(
        f"{_counted(len(report.changes), 'change')}, {_counted(report.unchanged, 'file')} unchanged, "
        f"{_counted(len(report.conflicts), 'conflict')}, "
        f"{_counted(len(report.problems), 'problem')}"
    )
    if dry_run:
        click.echo("Nothing was written: this was a dry run.")
    elif report.files:
        click.echo(f"To commit: {_git_add(report.files)}")


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _git_add(files: Sequence[str]) -> str:
    """Return the command that takes written files into Git, short enough for one line of a shell."""
    import shlex

    if len(files) > NAMED_FILES:
        return f"git add -A, inside the folder ({len(files)} files)"
    return f"git add {shlex.join(files)}"
