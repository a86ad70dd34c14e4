"""How long customers, writers and programs wait for all that leads to a person, on a large site.

    python -m tests.benchmarks.reaching [--requests 50000] [--articles 20000] [--customers 10000]
                                        [--deliveries 200000] [--waiting 5000] [--runs 10]
                                        [--only WORD …] [--seconds 30] [--home DIR] [--unindexed]
                                        [--json]

Makes the site in a new home, or takes the one of `--home` if it is there. What is asked through the API
and the widget stands below the page that does the same. Nothing leaves this machine: deliveries go to
a program on loopback. No model takes part: questions are answered from the keyword index. Pages are
made anew each time: what the page cache keeps costs less than a tenth of a millisecond.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from articles.models import Translation
from articles.queries import published
from feedback.mailbox.taking import take
from feedback.reports import rollups
from feedback.requests.models import ContactRequest
from kb.accounts.models import RoleName
from kb.accounts.security import add_user
from kb.api import tokens
from kb.api.scopes import Scope
from kb.config import Settings
from kb.customers.models import Customer
from kb.customers.present import HEADER, session_of
from kb.db import db
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.sending import deliver_due
from kb.extensions import limiter
from kb.factory import create_app
from kb.schema import ensure
from kb.serving import prepare
from kb.webhooks.models import WebhookEndpoint
from search import sync
from tests.benchmarks import reaching_material, studio_material
from tests.benchmarks.reaching_material import Size, reference
from tests.benchmarks.studio import machine
from tests.listening import listening

SEED = 7
AIM_MS = 200
LEAST_RUNS = 3
ADMIN, PASSWORD = "admin@clairson.example", "correct horse battery"
SITE = "https://help.clairson.example"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Timed:
    """How long something took, in milliseconds; `ran` how often.

    `cpu` is the processor's part: on a machine that does something else as well, it compares.
    """

    group: str
    name: str
    p50: float
    p95: float
    cpu_p50: float
    ran: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that is asked for again and again; a form is sent, `make` gives it anew each time."""

    group: str
    name: str
    url: str
    form: Callable[[], dict[str, Any]] | None = None
    who: str = "customer"
    expects: int = HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Known:
    """What is there to be asked for."""

    slug: str
    key: str
    word: str
    begun: str
    open: str  # the reference of a request
    deep: str  # a cursor in the middle of the list of articles
    read: Callable[[], str]  # the reference of another request at each call


def site(home: Path) -> Flask:
    """Return a site without a model, on which nobody is told to come back later."""
    app = create_app(
        Settings(
            home=home, secret_key="for benchmarks only", embedding_model="off", indexer="off",
            log_level="ERROR", site_url=SITE, page_cache_mb=0, contact_email="help@clairson.example",
            reply_to="help+*@clairson.example", private_hosts=("127.0.0.1",),
        )
    )  # fmt: skip
    app.config["WTF_CSRF_ENABLED"] = False
    limiter.enabled = False
    ensure(app)
    prepare(app)
    return app


@contextmanager
def said(what: str) -> Iterator[None]:
    """Say how long the making took."""
    begun = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - begun:,.1f} s", flush=True)


def fill(app: Flask, size: Size, receiver: str, *, indexed: bool = True) -> None:
    """Make the site, unless it is there."""
    with app.test_request_context(base_url=SITE):
        if not db.session.scalar(select(func.count()).select_from(ContactRequest)):
            admin = add_user(ADMIN, PASSWORD, RoleName.ADMIN)
            db.session.commit()
            with said("articles"):
                studio_material.fill(size.articles, admin.id, admin.id, entries=1_000, seed=SEED)
            with said("requests, deliveries and visits"):
                reaching_material.fill(size, admin.id, receiver, seed=SEED)
            with said("days added up"):
                rollups.refresh()
        if indexed:
            with said("index"):
                sync.reconcile(app)


class Clients:
    """A signed-in colleague, a customer whom the company knows, a program with a key, anybody."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.staff = app.test_client()
        told = self.staff.post(
            "/studio/sign-in", data={"email": ADMIN, "password": PASSWORD}, base_url=SITE
        )
        assert told.status_code == HTTPStatus.FOUND, told.status
        self._anybody = app.test_client(use_cookies=False)
        with app.test_request_context(base_url=SITE):
            self.known = session_of(db.session.get_one(Customer, 1))
            self.key = tokens.make(db.session, "benchmark", list(Scope))[1]
            db.session.commit()

    def ask(self, asked: Asked, url: str, form: dict[str, Any] | None) -> Any:
        """Ask for something once, as somebody nobody has seen."""
        number = next(_numbers)
        headers = {"User-Agent": BROWSER}
        client: FlaskClient = self.staff if asked.who == "staff" else self._anybody
        if asked.who == "program":
            headers["Authorization"] = f"Bearer {self.key}"
        elif asked.who == "widget":
            headers["Origin"] = SITE
        elif asked.who == "known":
            headers[HEADER] = self.known
        where = {
            "REMOTE_ADDR": f"10.{number // 256 % 256}.{number % 256}.1"
        }  # a network of its own
        if asked.who == "staff":
            where = {}
        options: dict[str, Any] = {"headers": headers, "environ_base": where, "base_url": SITE}
        if form is None:
            return client.get(url, **options)
        return client.post(url, data=form, **options)


def known(app: Flask, clients: Clients, size: Size) -> Known:
    """Find what can be asked for."""
    with app.app_context():
        shown = db.session.scalars(published("fr").order_by(Translation.id.desc())).first()
        assert shown is not None
        slug, key, title = shown.slug, shown.article.key, shown.title
    deep = _deep(clients)
    turns = count(1)
    return Known(
        slug=slug,
        key=key,
        word=title.split()[1],
        begun=title[:4],
        open=reference(size.requests),
        deep=deep,
        read=lambda: reference(1 + next(turns) * 37 % size.requests),
    )


def _deep(clients: Clients) -> str:
    """Return a cursor that lies some pages within the list of articles."""
    url, asked = "/api/v1/articles?limit=100", Asked("", "", "", who="program")
    for _ in range(20):
        found = clients.ask(asked, url, None).get_json()
        if not found.get("next"):
            break
        url = found["next"].removeprefix(SITE)
    return url


def _letter() -> dict[str, Any]:
    number = next(_numbers)
    return {
        "subject": f"My lamp {number}", "message": f"It blinks, and I do not know why. {number}",
        "email": f"new.{number}@example.org", "seen": "1",
    }  # fmt: skip


def everything(has: Known) -> Iterator[Asked]:
    """Yield what is asked for; pages first in each group, then what does the same elsewhere."""
    yield from _inbox(has)
    yield from _request(has)
    yield from _contact(has)
    yield from _search(has)
    yield from _lists(has)


def _inbox(has: Known) -> Iterator[Asked]:
    for name, query in {
        "to answer": "", "mine": "?view=mine", "nobody’s": "?view=unassigned",
        "waiting for the customer": "?view=waiting", "resolved": "?view=resolved",
        "resolved, last page": "?view=resolved&page=99999", "spam": "?view=spam",
        "words in none": "?view=resolved&q=nothingsuch", "a word of many": f"?view=resolved&q={has.word}",
        "two words": f"?view=resolved&q={has.word}+{has.begun}", "an address": "?view=resolved&q=person.77@example.org",
        "a tag": "?view=resolved&tag=urgent", "a language, a topic": "?view=resolved&language=fr&topic=3",
        "a channel, an owner": "?view=resolved&channel=widget&owner=1",
    }.items():  # fmt: skip
        yield Asked("inbox", name, f"/studio/requests{query}", who="staff")
    tags = count(1)
    yield Asked(
        "inbox", "tag all that match", "/studio/requests",
        lambda: {"view": "open", "all": "1", "act": "tag", "tag_name": f"t{next(tags)}"},
        who="staff", expects=HTTPStatus.SEE_OTHER,
    )  # fmt: skip


def _request(has: Known) -> Iterator[Asked]:
    page = "/studio/requests/{read}"
    yield Asked("a request", "its page", page, who="staff")
    yield Asked("a request", "who else is here", f"{page}/pulse", who="staff")
    yield Asked("a request", "articles that may answer", f"{page}/suggestions", who="staff")
    yield Asked(
        "a request", "an answer", f"{page}/reply",
        lambda: {"act": "answer", "body": "Hold the button.", "revision": "999999999"},
        who="staff", expects=HTTPStatus.SEE_OTHER,
    )  # fmt: skip
    yield Asked("a request", "the customer’s page", f"/fr/requests/{reference(1)}", who="known")
    yield Asked("a request", "through the API", "/api/v1/requests/{read}", who="program")


def _contact(has: Known) -> Iterator[Asked]:
    typed = {
        "subject": has.word,
        "message": f"{has.word} {has.begun} is not here",
        "email": "",
        "topic": "",
    }
    yield Asked("contact", "page with eight channels", "/fr/contact")
    yield Asked("contact", "in the widget", "/widget/fr/contact", dict, who="widget")
    yield Asked("contact", "suggestions, on the page", "/fr/contact/suggestions", lambda: typed)
    yield Asked("contact", "suggestions, in the widget", "/widget/fr/contact/suggestions", lambda: typed, who="widget")  # fmt: skip
    yield Asked(
        "contact", "send, on the page", "/fr/contact", _letter, expects=HTTPStatus.SEE_OTHER
    )
    yield Asked("contact", "send, in the widget", "/widget/fr/contact/send", _letter, who="widget")
    yield Asked("contact", "announcements", "/fr/announcements")


def _search(has: Known) -> Iterator[Asked]:
    words = urlencode({"q": f"{has.word} {has.begun}", "locale": "fr"})
    asked = {"q": f"{has.word} {has.begun}"}
    begun = {"q": has.begun}
    yield Asked("search", "the page", f"/fr/search?{words}")
    yield Asked("search", "in the widget", "/widget/fr/search", lambda: asked, who="widget")
    yield Asked("search", "through the API", f"/api/v1/search?{words}", who="program")
    yield Asked("search", "an answer through the API", f"/api/v1/answer?{words}", who="program")
    yield Asked("suggestions", "on the page", "/fr/suggest?" + urlencode(begun))
    yield Asked("suggestions", "in the widget", "/widget/fr/suggest", lambda: begun, who="widget")
    yield Asked("suggestions", "through the API", "/api/v1/suggest?locale=fr&" + urlencode(begun))
    yield Asked("an article", "the page", f"/fr/articles/{has.slug}")
    yield Asked("an article", "in the widget", "/widget/fr/article", lambda: {"slug": has.slug}, who="widget")  # fmt: skip
    yield Asked("an article", "through the API", f"/api/v1/articles/{has.key}")
    yield Asked("the widget", "its script", "/widget.js")
    yield Asked("the widget", "opened", "/widget/fr/start", lambda: {"page": "https://shop.example/lamps"}, who="widget")  # fmt: skip
    yield Asked("the widget", "opened on a page whose words it looks for", "/widget/fr/start", lambda: {"page": "https://shop.example/", "title": has.word}, who="widget")  # fmt: skip


def _lists(has: Known) -> Iterator[Asked]:
    for name, url in {
        "articles, 100": "/api/v1/articles?limit=100", "articles, 20th page": has.deep,
        "articles of a language": "/api/v1/articles?limit=100&locale=fr", "categories": "/api/v1/categories?locale=fr",
        "requests": "/api/v1/requests?limit=100", "timeline of a customer": "/api/v1/customers/c-1/timeline",
        "deliveries of a webhook": "/api/v1/webhooks/1/deliveries", "its description": "/api/v1/openapi.json",
    }.items():  # fmt: skip
        yield Asked("the API", name, url, who="program")
    for name, url in {
        "customers": "/studio/customers", "customers, words": "/studio/customers?q=person.77",
        "one customer": "/studio/customers/c-1", "deliveries": "/studio/deliveries",
        "announcements": "/studio/announcements/", "channels": "/studio/channels/",
    }.items():  # fmt: skip
        yield Asked("the studio", name, url, who="staff")
    for channel in ("", "widget", "mcp"):
        for page in ("", "/searches", "/articles", "/gaps", "/requests"):
            name = f"{page.strip('/') or 'overview'}, {channel or 'all channels'}"
            yield Asked("reports", name, f"/studio/reports{page}?channel={channel}", who="staff")


def _timed(clients: Clients, asked: Asked, has: Known, runs: int, seconds: float) -> Timed:
    """Ask again and again, until it was often enough or took too long; the first does not count."""

    def ask() -> tuple[float, float]:
        url = asked.url.replace("{read}", has.read()) if "{read}" in asked.url else asked.url
        form = asked.form() if asked.form else None
        wall, processor = time.perf_counter(), time.process_time()
        answer = clients.ask(asked, url, form)
        spent = time.perf_counter() - wall, time.process_time() - processor
        told = f"{url}: {answer.status} {answer.get_data(as_text=True)[:300]}"
        assert answer.status_code == asked.expects, told
        return spent[0] * 1000, spent[1] * 1000

    ask()
    return _figures(asked.group, asked.name, ask, runs, seconds)


def _figures(
    group: str, name: str, once: Callable[[], tuple[float, float]], runs: int, seconds: float
) -> Timed:
    begun, times = time.perf_counter(), []
    while len(times) < LEAST_RUNS or (len(times) < runs and time.perf_counter() - begun < seconds):
        times.append(once())
    cuts = quantiles([wall for wall, _ in times], n=20, method="inclusive")
    processor = quantiles([spent for _, spent in times], n=2, method="inclusive")[0]
    return Timed(
        group, name, *(round(each, 1) for each in (cuts[9], cuts[18], processor)), len(times)
    )


def mail_taken_in(app: Flask, size: Size, runs: int, seconds: float) -> Iterator[Timed]:
    """Take in mails: new ones, and answers that find their request by the mail they answer."""

    def new() -> str:
        return "Subject: My lamp\r\n"

    def answer() -> str:
        known = f"<{next(_numbers) * 37 % size.requests + 1}.2@kb>"
        return f"Subject: Re: My lamp\r\nIn-Reply-To: {known}\r\nReferences: {known}\r\n"

    def once(head: Callable[[], str]) -> tuple[float, float]:
        number = next(_numbers)
        raw = (
            f"From: new.{number}@example.org\r\nTo: help@clairson.example\r\n{head()}"
            f"Message-ID: <{number}@example.org>\r\n\r\nIt blinks, and I do not know why.\r\n"
        ).encode()
        wall, processor = time.perf_counter(), time.process_time()
        take(raw)
        return (time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000

    with app.test_request_context(base_url=SITE):
        for name, head in (("a new question", new), ("an answer", answer)):
            once(head)
            yield _figures("mail taken in", name, lambda head=head: once(head), runs, seconds)  # type: ignore[misc]


def delivered(app: Flask, receiver: str) -> dict[str, float]:
    """Send what waits to `receiver`; return how many were sent, and how many a second."""
    with app.app_context():
        for each in db.session.scalars(select(WebhookEndpoint)):
            each.url = f"{receiver}/{each.id}"
        db.session.execute(delete(Receiver))  # a site made before has tried one that is gone
        db.session.commit()
        begun, processor = time.perf_counter(), time.process_time()
        done = deliver_due()
        seconds, worked = time.perf_counter() - begun, time.process_time() - processor
        kept = db.session.scalar(select(func.count()).select_from(Delivery)) or 0
    return {
        "kept": kept, "sent": done.delivered, "a_second": round(done.delivered / seconds, 1),
        "processor_ms_each": round(1000 * worked / max(done.delivered, 1), 2),
    }  # fmt: skip


def show(each: Timed, group: str) -> None:
    """Print a line, after the name of its group where one begins."""
    if each.group != group:
        print(f"\n{each.group}")
    late = "" if each.cpu_p50 <= AIM_MS else "  late"
    print(f"  {each.name:<44}{each.p50:>9}{each.p95:>9}{each.cpu_p50:>9}{late}", flush=True)


def main() -> None:
    """Make the site, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    size = Size()
    for name, value in asdict(size).items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=30, help="most for each line")
    parser.add_argument("--only", nargs="*", default=[], help="words of groups")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--unindexed", action="store_true", help="leave the search index as it is")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    size = replace(size, **{name: getattr(options, name) for name in asdict(size)})
    with tempfile.TemporaryDirectory(prefix="kb-benchmark-") as own, listening() as program:
        app = site(options.home or Path(own))
        fill(app, size, program.url, indexed=not options.unindexed)
        measure(app, size, options, program.url)


def measure(app: Flask, size: Size, options: argparse.Namespace, receiver: str) -> None:
    """Measure what was asked for, and print it."""

    def wanted(group: str) -> bool:
        return not options.only or any(word in group for word in options.only)

    clients = Clients(app)
    has, found = known(app, clients, size), []
    print(f"{machine()}\n{'':<46}{'p50':>9}{'p95':>9}{'cpu p50':>9}  ms; aim {AIM_MS}")
    for asked in everything(has):
        if wanted(asked.group):
            found.append(_timed(clients, asked, has, options.runs, options.seconds))
            show(found[-1], found[-2].group if len(found) > 1 else "")
    if wanted("mail taken in"):
        for each in mail_taken_in(app, size, options.runs, options.seconds):
            found.append(each)
            show(each, found[-2].group if len(found) > 1 else "")
    sent = delivered(app, receiver) if wanted("deliveries") else {}
    print(f"\ndeliveries: {sent}")
    if options.json:
        print(json.dumps({"times": [asdict(each) for each in found], "deliveries": sent}))


if __name__ == "__main__":
    main()
