"""`kb calibrate`: choose the confidence floors from the site's own searches."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.config import Settings
    from search.calibration import Choice, Observation

DEFAULT_DAYS = 180
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option(
    "--judged",
    "folders",
    multiple=True,
    type=FOLDER,
    help="A folder of judged queries, as for `kb evaluate`, instead of visits. May be repeated.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=DEFAULT_DAYS,
    show_default=True,
    help="How far back visits are read.",
)
@click.option("--simulated", is_flag=True, help="Count the simulated visits of the demo too.")
@click.option("--dry-run", is_flag=True, help="Say what would be chosen; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the choices as JSON.")
def calibrate(
    *, folders: tuple[Path, ...], days: int, simulated: bool, dry_run: bool, as_json: bool
) -> None:
    """Choose under which confidence results are called weak, for each language.

    Reads what visitors searched and how it ended: what they voted helpful was answered; what
    they voted down, asked again, took to a person or left was not. The running site takes the
    new floors up at once.
    """
    from kb.config import Settings
    from search import calibration

    settings = Settings()
    path = settings.home / "search" / calibration.FILE_NAME
    observations = (
        _judged(folders, settings) if folders else _visited(settings, days, simulated=simulated)
    )
    floors = calibration.CalibratedFloors(path, model=settings.embedding_model)
    choices = calibration.calibrate(observations, floors)
    chosen = [each for each in choices if each.is_new]
    if chosen and not dry_run:
        calibration.write(path, choices, model=settings.embedding_model)
    if as_json:
        click.echo(json.dumps([asdict(each) for each in choices], ensure_ascii=False, indent=2))
        return
    _print(choices)
    if not chosen:
        click.echo("No floor changes.")
    else:
        click.echo("Nothing is written: a dry run." if dry_run else f"Written to {path}.")


def _judged(folders: "Sequence[Path]", settings: "Settings") -> "list[Observation]":
    """Return the confidence in every query of some folders, judged or out of scope."""
    from search.encoders import EmbeddingUnavailable, lazy_encoder
    from search.evaluation import JudgmentsInvalid, load_set
    from search.evaluation.cli import site_engine
    from search.evaluation.measuring import observe
    from search.progress import ProgressBar
    from search.vectors import VectorStore

    model = settings.embedding_model
    encoder = None if model == "off" else lazy_encoder(model)
    found: list[Observation] = []
    with ProgressBar() as bar:
        for folder in folders:
            try:
                judged = load_set(folder)
                found += observe(
                    judged,
                    store=VectorStore(settings.home / "vectors.sqlite3"),
                    encoder=encoder,
                    site=site_engine(model) if judged.documents is None else None,
                    progress=bar.reporter(folder.name),
                )
            except (JudgmentsInvalid, EmbeddingUnavailable) as error:
                raise click.ClickException(str(error)) from error
    return found


def _visited(settings: "Settings", days: int, *, simulated: bool) -> "list[Observation]":
    """Return the confidence, as of today, in every question whose end visitors have shown."""
    from datetime import timedelta

    from feedback.calibration import SearchDegraded, observe, verdicts
    from feedback.settling import settle
    from kb.db import utc_now
    from kb.factory import create_app
    from kb.schema import ensure
    from search import sync
    from search.encoders import EmbeddingUnavailable
    from search.progress import ProgressBar

    app = create_app(settings)
    ensure(app)
    made = sync.indexer(app)
    with app.app_context(), ProgressBar() as bar:
        settle()
        found = verdicts(utc_now() - timedelta(days=days), simulated=simulated)
        report = bar.reporter("searches")
        try:
            if made.encoder is not None and found:
                made.encoder.wait()
            return observe(
                made.engine, found, progress=lambda done: report("asked again", done, len(found))
            )
        except (EmbeddingUnavailable, SearchDegraded) as error:
            raise click.ClickException(
                f"search answers with less than it has ({error}): run `kb reindex` first"
            ) from error


def _print(choices: "Sequence[Choice]") -> None:
    from rich.console import Console
    from rich.table import Table

    if not choices:
        click.echo("No search has an end that is known.")
        return
    table = Table(
        "language", "answered", "called weak", "unanswered", "called weak", "floor", "",
    )  # fmt: skip
    for each in choices:
        table.add_row(
            each.language,
            str(each.answered),
            f"{each.before.answered_weak:.0%} → {each.after.answered_weak:.0%}",
            str(each.unanswered),
            f"{each.before.unanswered_weak:.0%} → {each.after.unanswered_weak:.0%}",
            f"{each.floor_before:.3f} → {each.floor:.3f}",
            each.reason or "chosen",
        )
    Console(width=None if Console().is_terminal else 110).print(table)
