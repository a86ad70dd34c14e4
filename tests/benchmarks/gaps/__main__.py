"""Does the report find the gaps that were planted, and nothing else?

    python -m tests.benchmarks.gaps [--set NAME …] [--seeds N …] [--visits N] [--data DIR]
                                    [--cache FILE] [--model NAME] [--worst] [--json]
    python -m tests.benchmarks.gaps --scale 50000 [--encode N]

Takes a judged set, spoils some of its topics (no article; an article in another language only; a
misnamed and shortened article; an article that does not help), lets visitors come for four weeks and
prints how well the report shows what was done: `precision` at the number planted,
`adjusted_rand_index`, `diagnosis_accuracy`, `false_gaps`. Data is found in `shared/data` beside the
project or above it; `--cache` keeps vectors from one run to the next. `--scale` groups so many made-up
intents instead, and says how long that takes.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from search.encoders import DEFAULT_MODEL
from search.evaluation import load_set
from tests.benchmarks.gaps.planting import World, plant
from tests.benchmarks.gaps.scoring import Listed, Scores, Truth, score, subject
from tests.benchmarks.load import ROOT

SETS = ("banking77-en", "service-public-fr")
SEEDS = (11, 12)
FIGURES = ("precision", "adjusted_rand_index", "diagnosis_accuracy", "false_gaps")


def main() -> None:
    """Measure and print."""
    options = _options()
    if options.scale:
        from tests.benchmarks.gaps.scale import measure

        _show_scale(measure(options.scale, encoded=options.encode, model=options.model), options)
        return
    runs = [(name, seed) for name in options.set for seed in options.seeds]
    with tempfile.TemporaryDirectory(prefix="kb-gaps-") as workspace:
        cache = options.cache or Path(workspace) / "vectors.sqlite3"
        found = {}
        with Progress(console=Console(stderr=True), disable=options.json) as bar:
            for name, seed in runs:
                task = bar.add_task(f"{name}, seed {seed}", total=None)
                found[name, seed] = _run(
                    name,
                    seed,
                    options,
                    home=Path(workspace) / f"{name}-{seed}",
                    cache=cache,
                    progress=lambda done, total, task=task: bar.update(
                        task, completed=done, total=total
                    ),
                )
    (_print_json if options.json else _print_table)(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", nargs="+", default=list(SETS), help="judged sets")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--visits", type=int, help="of each run; 40 a topic by default")
    parser.add_argument(
        "--data", type=Path, help="folder of relevance/ and visitor-questions.jsonl"
    )
    parser.add_argument("--cache", type=Path, help="file that keeps vectors between runs")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="`off` groups by words alone")
    parser.add_argument("--worst", action="store_true", help="show what went wrong")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scale", type=int, help="group so many made-up intents instead")
    parser.add_argument("--encode", type=int, default=200, help="questions really encoded there")
    options = parser.parse_args()
    if not options.scale:
        options.data = options.data or _data()
        if options.data is None or not (options.data / "relevance").is_dir():
            parser.error("no data: name its folder by --data")
    return options


def _data() -> Path | None:
    places = (parent / "shared" / "data" for parent in ROOT.parents)
    return next((place for place in places if place.is_dir()), None)


def _run(
    name: str,
    seed: int,
    options: argparse.Namespace,
    *,
    home: Path,
    cache: Path,
    progress: Any,
) -> Scores:
    from tests.benchmarks.gaps.crowd import (
        START,
        VISITS_OF_A_TOPIC,
        Crowd,
        strays,
    )
    from tests.benchmarks.gaps.site import (
        reported,
        site,
        translations,
        unanswered,
    )

    world = plant(load_set(options.data / "relevance" / name), seed)
    with site(world, home, cache=cache, model=options.model) as app:
        questions = strays(options.data / "visitor-questions.jsonl")
        crowd = Crowd(app, world, translations(world), questions, seed)
        visits = options.visits or VISITS_OF_A_TOPIC * len(world.topics)
        played = crowd.play(visits, progress)
        report = reported(START, played.until)
        truth = Truth(
            {each.id: each.fate for each in world.planted},
            played.intents,
            played.requests,
            unanswered(),
        )
    if options.worst:
        _show_worst(world, truth, report)
    return score(truth, report)


def _show_worst(world: World, truth: Truth, report: Sequence[Listed]) -> None:
    titles = {each.id: each.title for each in world.topics}
    for gap in report:
        topic = subject(truth, gap) or ""
        fate = truth.planted.get(topic)
        if fate is None or fate.value != gap.diagnosis:
            sys.stderr.write(
                f"{gap.name[:60]!r} is called {gap.diagnosis}, was planted as "
                f"{fate.value if fate else 'nothing'} ({titles.get(topic, '–')}), "
                f"{len(gap.searches)} searches\n"
            )


def _means(scores: Iterable[Scores]) -> dict[str, float]:
    every = list(scores)
    return {name: round(mean(getattr(each, name) for each in every), 4) for name in FIGURES}


def _print_json(found: dict[tuple[str, int], Scores]) -> None:
    figures = _means(found.values()) | {
        "runs": [
            {"set": name, "seed": seed} | scores.as_json() for (name, seed), scores in found.items()
        ]
    }
    sys.stdout.write(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")


def _print_table(found: dict[tuple[str, int], Scores]) -> None:
    console = Console(width=140)
    table = Table(
        "set, seed", *FIGURES, "found", "listed", "not for us", "gaps a topic", "topics a gap"
    )
    for (name, seed), each in found.items():
        table.add_row(
            f"{name}, {seed}",
            *(f"{getattr(each, figure):.2f}" for figure in FIGURES),
            f"{each.found} of {each.planted}",
            str(each.listed),
            str(each.not_for_us),
            f"{each.gaps_per_topic:.1f}, at most {each.most_gaps_of_a_topic}",
            f"at most {each.most_topics_of_a_gap}",
        )
    table.add_row("all", *(f"{value:.2f}" for value in _means(found.values()).values()))
    console.print(table)
    for (name, seed), each in found.items():
        for fate, said in each.diagnoses.items():
            console.print(f"{name}, {seed}: {fate} → {said}")


def _show_scale(figures: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    for name, value in figures.items():
        Console().print(f"{name}: {value}")


if __name__ == "__main__":
    main()
