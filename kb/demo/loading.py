"""Bring the demo's articles, accounts and visitors into the site, each only where it is missing."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from articles.importing import ImportOptions, import_folder
from feedback.gaps.meaning import encode_if_ready
from feedback.models import Visit
from feedback.reports import rollups
from kb.accounts.models import RoleName, User
from kb.accounts.security import add_user
from kb.db import db, utc_now
from kb.demo.crowd.dating import date_the_story
from kb.demo.crowd.following import follow_the_gaps
from kb.demo.crowd.simulation import simulate
from kb.demo.crowd.watching import watch_the_rises
from kb.demo.reaching.channels import open_the_channels
from kb.demo.reaching.customers import know_some_customers
from kb.demo.reaching.doors import let_the_shop_carry_the_widget, part_the_crowd
from kb.demo.reaching.notices import announce
from kb.demo.reaching.threads import answer_the_requests
from kb.demo.studio.care import look_after_the_articles
from kb.demo.studio.desk import lay_out_the_desks
from kb.demo.studio.past import give_articles_a_past
from kb.demo.studio.people import CUSTOMER, LIMITED_WRITER, open_more_accounts
from kb.demo.vectors import preload
from kb.factory import create_app
from kb.schema import ensure
from search import sync

SOURCE = "clairson"
ACCOUNTS = {
    RoleName.WRITER: "camille@clairson.example",
    RoleName.REVIEWER: "jonas@clairson.example",
    RoleName.LEAD: "ines@clairson.example",
    RoleName.ADMIN: "noor@clairson.example",
}


class DemoBroken(RuntimeError):
    """The demo's own articles have problems, which would be a defect of the demo."""


def load(articles: Path, *, days: int, password: str) -> dict[str, str]:
    """Load the demo into the site of the environment; return the address of each account by its role."""
    app = create_app()
    ensure(app)
    with app.app_context(), _bars() as bars:
        show = _shower(bars)
        _import(articles, show)
        indexer = sync.indexer(app)
        if indexer.encoder is not None:
            preload(indexer.store, indexer.encoder.name)
        found = sync.reconcile(app, progress=show)
        _open_accounts(password)
        open_more_accounts(password)
        if db.session.scalar(select(Visit.id).limit(1)) is None:
            _tell_the_story(app, days, show)
        db.engine.dispose()
    if not found.encoded_all:
        Console(stderr=True).print(
            "Search answers by keywords alone: the model could not be loaded."
        )
    named = {role.value: address for role, address in ACCOUNTS.items()}
    return {**named, "limited": LIMITED_WRITER, "customer": CUSTOMER}


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


def _shower(bars: Progress) -> Callable[[str, int, int], None]:
    tasks = {}

    def show(stage: str, done: int, of: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage.capitalize(), total=of)
        bars.update(tasks[stage], completed=done, total=of)

    return show


def _import(articles: Path, show: Callable[[str, int, int], None]) -> None:
    report = import_folder(articles, options=ImportOptions(source=SOURCE), progress=show)
    if report.problems:
        raise DemoBroken("\n".join(map(str, report.problems)))


def _open_accounts(password: str) -> None:
    known = set(db.session.scalars(select(User.email)))
    for role, address in ACCOUNTS.items():
        if address not in known:
            add_user(address, password, role, name=address.split("@")[0].capitalize())


def _tell_the_story(app: Flask, days: int, show: Callable[[str, int, int], None]) -> None:
    """Let the visitors come, and do once what the worker will do by the clock."""
    engine, now = sync.indexer(app).engine, utc_now()
    date_the_story(now)
    give_articles_a_past(now)
    simulate(
        days,
        search=lambda query, locale: engine.search(query, locale=locale),
        advance=lambda done, of: show("visitors", done, of),
        now=now,
    )
    part_the_crowd(now)
    know_some_customers(now)
    show("reports", 0, 3)
    follow_the_gaps(encode_if_ready(), now)
    show("reports", 1, 3)
    watch_the_rises(now)
    show("reports", 2, 3)
    rollups.refresh()
    show("reports", 3, 3)
    lay_out_the_desks(now)
    look_after_the_articles(now)
    open_the_channels(now)
    let_the_shop_carry_the_widget(now)
    announce(now)
    with app.test_request_context():
        answer_the_requests(now)
