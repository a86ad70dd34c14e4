"""How quick the site is, beside a bare Flask page on the same server, in one run.

    python -m tests.benchmarks.serving [FOLDER …] [--json] [--requests N]

Serves the demo's articles from a new home: the first page after a start, the stages of an article page
and of a search page, requests a second. Folders given are only imported, until words find them.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import quantiles

from flask import Flask
from rich.console import Console
from rich.table import Table

from tests.benchmarks.load import ROOT, free_port, get, load, serving

CLIENTS = 16
REPEATS = 200
QUESTIONS = {
    "fr": (
        "ma lampe ne s’allume plus",
        "délai de livraison",
        "réinitialiser",
        "comment supprimer mon compte",
    ),
    "en": ("my lamp flickers", "delivery time", "reset", "how do I delete my account"),
}


def _kb(arguments: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from kb.cli import main; main()", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,  # the folders of the world have problems, which the import reports with 1
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - begun


def _percentiles(action: Callable[[int], object], repeats: int = REPEATS) -> dict[str, float]:
    for turn in range(5):
        action(turn)
    times = []
    for turn in range(repeats):
        begun = time.perf_counter()
        action(turn)
        times.append((time.perf_counter() - begun) * 1000)
    cuts = quantiles(times, n=100)
    return {"p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2)}


def _inside(home: Path) -> dict[str, dict[str, float]]:
    """Measure the stages inside one process, without the page cache in front."""
    from flask import g

    from articles.queries import published
    from articles.rendering import page_html, public_rendering
    from articles.views import address_of, find
    from kb.config import Settings
    from kb.db import db
    from kb.factory import create_app

    app = create_app(Settings(home=home, page_cache_mb=0, log_level="ERROR"))
    with app.app_context():
        translations = [(each.locale, each.slug) for each in db.session.scalars(published())]
    article = _visit(app, translations)
    stages = {"article page, made anew": _percentiles(article)}
    stages["article page, as served"] = _percentiles(_visit(_kept(home), translations))
    with app.test_request_context():

        def fetch(turn: int) -> None:
            g.locale, slug = translations[turn % len(translations)]
            found = find(slug)
            assert found is not None
            page_html(found, address_of)
            public_rendering(found)
            db.session.remove()

        stages["article: database and links"] = _percentiles(fetch)
    stages |= _search_stages(app)
    return stages


def _kept(home: Path) -> Flask:
    """Return the site as it is served, with finished pages kept."""
    from kb.config import Settings
    from kb.factory import create_app

    return create_app(Settings(home=home, log_level="ERROR"))


def _visit(app: Flask, translations: Sequence[tuple[str, str]]) -> Callable[[int], None]:
    client = app.test_client()

    def visit(turn: int) -> None:
        locale, slug = translations[turn % len(translations)]
        assert client.get(f"/{locale}/articles/{slug}").status_code == 200

    for turn in range(len(translations)):
        visit(turn)
    return visit


def _search_stages(app: Flask) -> dict[str, dict[str, float]]:
    from search import sync
    from search.views import engine

    questions = [(locale, words) for locale, each in QUESTIONS.items() for words in each]
    client = app.test_client()
    numbered = iter(range(10**6))

    def page(turn: int) -> None:
        locale, words = questions[turn % len(questions)]
        # A number makes each query new, so that no cache of answers takes part.
        answer = client.get(f"/{locale}/search", query_string={"q": f"{words} {next(numbered)}"})
        assert answer.status_code == 200

    def suggestions(turn: int) -> None:
        locale, words = questions[turn % len(questions)]
        assert (
            client.get(f"/{locale}/suggest", query_string={"q": words[: 3 + turn % 8]}).status_code
            == 200
        )

    stages = {}
    with app.app_context():
        sync.reconcile(app)
        stages["search page, hybrid"] = _percentiles(page)
        stages["suggestions"] = _percentiles(suggestions)
        collected: dict[str, list[float]] = {}
        for turn in range(REPEATS):
            locale, words = questions[turn % len(questions)]
            results = engine().search(f"{words} {next(numbered)}", locale=locale)
            for name, milliseconds in results.timings.items():
                collected.setdefault(name, []).append(milliseconds)
    for name, times in collected.items():
        cuts = quantiles(times, n=100)
        stages[f"search: {name}"] = {"p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2)}
    return stages


def measure(folders: list[Path], requests: int) -> dict[str, object]:
    """Return every figure, under its name."""
    home = Path(tempfile.mkdtemp(prefix="kb-benchmark-"))
    environment = {
        "KB_HOME": str(home), "KB_WORKERS": "2", "KB_THREADS": "4", "OMP_NUM_THREADS": "1",
        "KB_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    try:
        figures: dict[str, object] = {
            f"import of {folder.name} to searchable, s": round(_imported(folder), 2)
            for folder in folders
        }
        _kb(["demo", "--days", "3"], environment)
        figures |= _served(environment, requests)
        figures["stages"] = _inside(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return figures


def _imported(folder: Path) -> float:
    with tempfile.TemporaryDirectory(prefix="kb-benchmark-") as home:
        return _kb(["import", str(folder)], {"KB_HOME": home, "OMP_NUM_THREADS": "1"})


def _served(environment: dict[str, str], requests: int) -> dict[str, object]:
    port = free_port()
    address, size = _an_article(environment)
    arguments = ["-c", "from kb.cli import main; main()", "serve", "--port", str(port)]
    with serving(arguments, port, environment) as first_page:
        get(port, address)
        time.sleep(15)  # the model loads beside, and would share the cores with the load
        site = load(port, [address], clients=CLIENTS, requests=requests)
    bare_port = free_port()
    bare_environment = {**environment, "BARE_PORT": str(bare_port), "BARE_PAGE_BYTES": str(size)}
    with serving(["-m", "tests.benchmarks.bare"], bare_port, bare_environment):
        bare = load(bare_port, ["/en/"], clients=CLIENTS, requests=requests)
    return {
        "first page after start, s": round(first_page, 2),
        "article page bytes": size,
        "article": asdict(site),
        "bare Flask + Jinja": asdict(bare),
        "ratio": round(site.per_second / bare.per_second, 2),
    }


def _an_article(environment: dict[str, str]) -> tuple[str, int]:
    """Return the address of a middling article and the bytes of its page."""
    from articles.queries import published
    from articles.views import address_of
    from kb.config import Settings
    from kb.db import db
    from kb.factory import create_app

    app = create_app(Settings(home=Path(environment["KB_HOME"]), log_level="ERROR"))
    with app.test_request_context():
        everything = db.session.scalars(published()).all()
        by_length = sorted(
            everything,
            key=lambda each: len(each.public_revision.body if each.public_revision else ""),
        )
        address = address_of(by_length[len(by_length) // 2])
    return address, len(app.test_client().get(address).data)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--requests", type=int, default=8000)
    options = parser.parse_args()
    figures = measure(options.folders, options.requests)
    if options.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    _print(figures)


def _print(figures: dict[str, object]) -> None:
    console = Console()
    stages = figures.pop("stages")
    assert isinstance(stages, dict)
    for name, value in figures.items():
        console.print(f"{name:<28} {value}", highlight=False)
    table = Table("stage", "p50 ms", "p95 ms")
    for name, times in stages.items():
        table.add_row(name, str(times["p50_ms"]), str(times["p95_ms"]))
    console.print(table)


if __name__ == "__main__":
    main()
