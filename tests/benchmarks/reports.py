"""How long leads wait for their reports over two years of visits.

    python -m tests.benchmarks.reports [--events 2000000] [--months 24] [--home DIR] [--runs 10]
                                       [--pages PAGE …] [--database URL] [--json]

Generates the visits (or takes those of `--home` if they are there), adds them up as the worker does,
then asks for whole pages, through the application, signed in as a lead.
"""

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median, quantiles

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from feedback.days import ReportDay
from feedback.gaps.keeping import keep_gaps
from feedback.models import Visit
from feedback.reports import rollups
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db, utc_now
from kb.factory import create_app
from kb.schema import ensure
from kb.serving import prepare
from tests.benchmarks.reports_material import write_events

SEED = 4
AIM_MS = 500
DAYS_A_MONTH = 365 / 12
LEAD, PASSWORD = "lead@clairson.example", "correct horse battery"
PAGES = ("overview", "gaps", "articles", "searches")
PERIODS = {"30 days": 30, "12 months": 365, "24 months": 730}
FILTERS: Mapping[str, Mapping[str, str]] = {
    "none": {},
    "language": {"language": "fr"},
    "category, kind": {"category": "category-1", "kind": "faq"},
}


@dataclass(frozen=True, slots=True)
class Timed:
    """How long a page took over several requests, in milliseconds; `cpu` is the processor's part.

    On a machine that does something else as well, the processor's part is what compares.
    """

    page: str
    period: str
    filters: str
    p50: float
    p95: float
    cpu_p50: float
    cpu_p95: float


def site(home: Path, database: str) -> Flask:
    """Return a site without a model: reports need none."""
    app = create_app(
        Settings(
            home=home,
            database_url=database,
            secret_key="for tests only",
            embedding_model="off",
            indexer="off",
            log_level="ERROR",
            retention_days=10_000,
            cost_per_request=8,
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    ensure(app)
    prepare(app)
    return app


@contextmanager
def said(what: str) -> Iterator[None]:
    """Say how long something took."""
    begun = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - begun:,.1f} s", flush=True)


def fill(events: int, months: int, until: datetime) -> int:
    """Write the visits unless they are there; return how many days they cover."""
    if not db.session.scalar(select(func.count()).select_from(Visit)):
        since = until - timedelta(days=DAYS_A_MONTH * months)
        with said(f"about {events:,} events generated"):
            written = write_events(events, since, until, seed=SEED)
        print(f"{written:,} events", flush=True)
        add_user(LEAD, PASSWORD, RoleName.LEAD)
    with said("days added up"):
        rollups.refresh()
    with said("gaps of the last 90 days found, grouped by words"):
        keep_gaps(None)
    with said("added up again, nothing changed"):
        rollups.refresh()
    return db.session.scalar(select(func.count()).select_from(ReportDay)) or 0


def ask(client: FlaskClient, page: str, period: str, filters: str, runs: int) -> Timed:
    """Ask for a page several times; the first, which fills caches, counts as well."""
    since = utc_now().date() - timedelta(days=PERIODS[period] - 1)
    address = "/studio/reports" if page == "overview" else f"/studio/reports/{page}"
    query = {"since": since.isoformat(), **FILTERS[filters]}
    taken, worked = [], []
    for _ in range(runs):
        begun, begun_work = time.perf_counter(), time.process_time()
        answer = client.get(address, query_string=query)
        taken.append(1_000 * (time.perf_counter() - begun))
        worked.append(1_000 * (time.process_time() - begun_work))
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{address}: {answer.status}")
    return Timed(page, period, filters, *_quantiles(taken), *_quantiles(worked))


def _quantiles(milliseconds: list[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile, among what was observed."""
    return median(milliseconds), quantiles(milliseconds, n=20, method="inclusive")[-1]


def measure(app: Flask, pages: Iterable[str], runs: int) -> list[Timed]:
    """Ask for every page over every period, with and without filters."""
    client = app.test_client()
    client.post("/studio/sign-in", data={"email": LEAD, "password": PASSWORD})
    return [
        ask(client, page, period, filters, runs)
        for page in pages
        for period in PERIODS
        for filters in FILTERS
    ]


def show(found: list[Timed]) -> None:
    """Print the times as a table; a star marks what misses the aim."""
    print(
        f"\n{'page':10} {'period':10} {'filters':16} {'p50 ms':>8} {'p95 ms':>8} {'cpu p50':>8}"
        f" {'cpu p95':>8}"
    )
    for each in found:
        star = " *" if each.p95 > AIM_MS else ""
        print(
            f"{each.page:10} {each.period:10} {each.filters:16} {each.p50:8.0f} {each.p95:8.0f}"
            f" {each.cpu_p50:8.0f} {each.cpu_p95:8.0f}{star}"
        )


def main() -> None:
    """Generate, add up, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--database", default="", help="SQLAlchemy address instead of SQLite")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--pages", nargs="+", choices=PAGES, default=PAGES)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = site(options.home or Path(folder), options.database)
        with app.app_context():
            fill(options.events, options.months, utc_now())
            db.session.remove()
        found = measure(app, options.pages, options.runs)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if options.json:
        print(json.dumps({"memory_mb": memory, "pages": [asdict(each) for each in found]}))
    else:
        show(found)
        print(f"most memory: {memory:,.0f} MB")


if __name__ == "__main__":
    main()
