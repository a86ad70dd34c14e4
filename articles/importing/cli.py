"""`kb import-zendesk` and `kb import-html`: moving in from another help centre."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from articles.cli import application, progress_bars, tell

if TYPE_CHECKING:
    from articles.importing.report import ImportReport

    Import = Callable[..., ImportReport]


def _run(
    run: "Import", path: Path, *, dry_run: bool, strict: bool, source: str, locale: str = ""
) -> None:
    from articles.importing.report import ImportOptions
    from kb.locales import settings

    options = ImportOptions(source=source, locale=locale, dry_run=dry_run, strict=strict)
    with application().app_context(), progress_bars() as show:
        if locale and locale not in settings().locales:
            known = ", ".join(settings().locales)
            raise click.BadParameter(f"the site speaks {known}", param_hint="--locale")
        report = run(path, options=options, progress=show)
    status = report.exit_status(strict=strict)
    tell(report, dry_run=dry_run, refused=status == 2)
    sys.exit(status)


@click.command("import-zendesk")
@click.argument("export", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--strict", is_flag=True, help="Write nothing if anything is wrong (status 2).")
@click.option("--source", default="", help="Name under which the Help Center is remembered.")
def import_zendesk_command(*, export: Path, dry_run: bool, strict: bool, source: str) -> None:
    """Move in from a Zendesk Help Center.

    EXPORT is a folder with the answers of its API as JSON files (categories, sections, articles,
    translations, votes, article attachments, user segments; each page in a file of its own), or one
    file with all of it. Downloaded attachments may lie beside. Old addresses redirect. A second
    import brings what has changed there, and leaves what people have changed here. Exit status: as
    of `kb import`.
    """
    from articles.importing.zendesk import import_zendesk

    _run(import_zendesk, export, dry_run=dry_run, strict=strict, source=source)


@click.command("import-html")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--strict", is_flag=True, help="Write nothing if anything is wrong (status 2).")
@click.option("--source", default="", help="Name under which the folder is remembered.")
@click.option("--locale", default="", help="Language of pages that do not say theirs.")
def import_html_command(
    *, folder: Path, dry_run: bool, strict: bool, source: str, locale: str
) -> None:
    """Move in from a folder of HTML pages, such as a copy of a former site.

    The text of each page becomes an article, without what surrounds it. Images are kept, links
    between pages lead between articles, and the old path of each page redirects to its article.
    Exit status: as of `kb import`.
    """
    from articles.importing.pages import import_pages

    _run(import_pages, folder, dry_run=dry_run, strict=strict, source=source, locale=locale)
