"""How long writers wait for the pages of the studio, on a large site.

    python -m tests.benchmarks.studio [--articles 20000] [--files 2000] [--entries 100000]
                                      [--runs 10] [--only NAME …] [--home DIR] [--json]

Makes a site (articles in two languages, half as many revisions again, drafts, reviews, links, visits
by day, an audit log) in a new home, or takes the one of `--home` if it is there, then asks for whole
pages, signed in as an administrator. Then a folder that nobody has changed is kept the same as a site of its
own. No model takes part: the checks ask the keyword index.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from articles.models import Article, Revision, Translation
from articles.publishing import commit_changes
from articles.sync import SyncOptions, sync_folder
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.config import Settings
from kb.db import db
from kb.factory import create_app
from kb.schema import ensure
from tests.benchmarks import studio_material

SEED = 7
AIM_MS = 250
ADMIN, WRITER = "admin@clairson.example", "writer@clairson.example"
PASSWORD = "correct horse battery"
MIDDLE = 200  # a draft with words that nobody sees yet
PAGES: Mapping[str, str] = {
    "desk": "/studio/",
    "list": "/studio/articles",
    "list, filtered": "/studio/articles?category=c-1&language=fr&status=published&kind=guide",
    "list, changed since": "/studio/articles?status=changed",
    "list, behind": "/studio/articles?status=behind",
    "list, a tag": "/studio/articles?tag=" + quote("été"),
    "list, to verify": "/studio/articles?verify=1&sort=verify",
    "list, words of the text": "/studio/articles?q={word}",
    "list, by visits": "/studio/articles?sort=visits",
    "list, by title, last page": "/studio/articles?sort=title&page=99999",
    "editor": f"/studio/drafts/{MIDDLE}",
    "editor, long text": "/studio/drafts/2",
    "revisions": "/studio/drafts/2/revisions",
    "differences of long texts": "/studio/drafts/2/differences?from=1&to=2",
    "differences, as a page": "/studio/drafts/2/differences?from=1&to=2&view=page",
    "translations": "/studio/translations",
    "categories": "/studio/categories/",
    "addresses": "/studio/addresses/",
    "to verify": "/studio/verify",
    "links": "/studio/links",
    "palette": "/studio/go/found?q={word}",
    "audit": "/studio/audit",
    "audit, words": "/studio/audit?text=77777",
}


@dataclass(frozen=True, slots=True)
class Timed:
    """How long a page took, in milliseconds; `first` is that of the first request after a change.

    `cpu` is the processor's part: on a machine that does something else as well, it compares.
    """

    page: str
    first: float
    p50: float
    p95: float
    cpu_p50: float


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked for; a form is sent."""

    name: str
    url: str
    form: Mapping[str, str] | None = None


def site(home: Path) -> Flask:
    """Return a site without a model."""
    app = create_app(
        Settings(
            home=home,
            secret_key="for benchmarks only",
            embedding_model="off",
            indexer="off",
            log_level="ERROR",
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    ensure(app)
    return app


def fill(app: Flask, articles: int, entries: int) -> None:
    """Make the site, unless it is there."""
    with app.app_context():
        if db.session.scalar(select(func.count()).select_from(Article)):
            return
        admin = add_user(ADMIN, PASSWORD, RoleName.ADMIN)
        writer = add_user(WRITER, PASSWORD, RoleName.WRITER)
        studio_material.fill(articles, writer.id, admin.id, entries=entries, seed=SEED)


def pages(app: Flask, runs: int, only: list[str]) -> Iterator[Timed]:
    """Time each page, and the checks of a text."""
    client = app.test_client()
    told = client.post("/studio/sign-in", data={"email": ADMIN, "password": PASSWORD})
    assert told.status_code == HTTPStatus.FOUND, told.status
    with app.app_context():
        shown = db.session.get_one(Translation, MIDDLE)
        word = shown.title.split()[1]
        newest = db.session.scalars(
            select(Revision).where(Revision.translation_id == MIDDLE).order_by(Revision.number)
        ).all()[-1]
        form = {"title": newest.title, "body": newest.body, "revision": str(newest.number)}
    asked = [Page(name, address.format(word=word)) for name, address in PAGES.items()]
    asked += [
        Page(name, f"/studio/drafts/{MIDDLE}/{name}", form) for name in ("checks", "findability")
    ]
    for page in asked:
        if not only or page.name in only:
            yield _timed(client, page, runs)


def _timed(client: FlaskClient, page: Page, runs: int) -> Timed:
    def ask() -> tuple[float, float]:
        wall, processor = time.perf_counter(), time.process_time()
        answer = (
            client.get(page.url) if page.form is None else client.post(page.url, data=page.form)
        )
        spent = time.perf_counter() - wall, time.process_time() - processor
        assert answer.status_code == HTTPStatus.OK, f"{page.url}: {answer.status}"
        return spent[0] * 1000, spent[1] * 1000

    with client.application.app_context():
        commit_changes()  # the first request is the first after a change of the public site
    first, _ = ask()
    times = [ask() for _ in range(runs)]
    cuts = quantiles([wall for wall, _ in times], n=20)
    processor = quantiles([spent for _, spent in times], n=2)[0]
    return Timed(page.name, *(round(each, 1) for each in (first, cuts[9], cuts[18], processor)))


def synced(files: int) -> dict[str, float]:
    """Return the seconds that a folder takes the first time, and when nobody has changed it since."""
    figures = {}
    with tempfile.TemporaryDirectory(prefix="kb-benchmark-") as home:
        app = site(Path(home) / "home")
        folder = studio_material.folder(Path(home) / "folder", files, SEED)
        with app.app_context():
            for turn in ("first", "settled", "unchanged"):
                begun = time.perf_counter()
                sync_folder(folder, SyncOptions())
                figures[turn] = round(time.perf_counter() - begun, 2)
    return figures


def machine() -> str:
    """Say what was measured on, and what else it did."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}, load {load}"


def _print(each: Timed) -> None:
    late = "" if each.p50 <= AIM_MS else "  late"
    print(
        f"{each.page:<28}{each.first:>9}{each.p50:>9}{each.p95:>9}{each.cpu_p50:>9}{late}",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kb-benchmark-") as own:
        app = site(options.home or Path(own))
        fill(app, options.articles, options.entries)
        if not options.json:
            print(machine())
            print(f"{'page':<28}{'first':>9}{'p50':>9}{'p95':>9}{'cpu p50':>9}  ms; aim {AIM_MS}")
        timed = []
        for each in pages(app, options.runs, options.only):
            timed.append(each)
            if not options.json:
                _print(each)
    sync = synced(options.files) if options.files else {}
    if options.json:
        found = {"machine": machine(), "pages": [asdict(each) for each in timed], "sync": sync}
        print(json.dumps(found, indent=2))
        return
    if sync:
        print(f"sync of {options.files} files, s: {sync}")


if __name__ == "__main__":
    main()
