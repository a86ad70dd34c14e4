"""`kb privacy`: what the site holds of a person, and its end."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ParamSpec, TextIO, TypeVar

import click

if TYPE_CHECKING:
    from flask import Flask

    from feedback.privacy.holdings import Holding, Person

P = ParamSpec("P")
R = TypeVar("R")

FILE = click.File("w", encoding="utf-8", lazy=True)


def _about(command: Callable[P, R]) -> Callable[P, R]:
    """Add the options that say whom it is about."""
    email = click.option("--email", default="", help="An e-mail address.")
    visitor = click.option(
        "--visitor", default="", help="A visitor: the id, or the value of their kb_visitor cookie."
    )
    return email(visitor(command))


@click.group()
def privacy() -> None:
    """Show or erase what the site holds of a person."""


@privacy.command()
@_about
@click.option("--all", "whole", type=FILE, help="Write every event to a file, one a line, instead.")
def export(*, email: str, visitor: str, whole: TextIO | None) -> None:
    """Print all that the site holds of a person as JSON.

    By an address: what was sent with it, and the visits in which that was sent.
    """
    app = _app()
    with app.app_context():
        if whole:
            click.echo(f"{_dump(whole)} events written.", err=True)
            return
        from feedback.privacy.holdings import rows
        from kb.db import db

        held: dict[str, list[dict[str, Any]]] = {}
        for each in _holdings(_person(email, visitor)):
            held.setdefault(each.table, []).extend(rows(db.session(), each.model, each.ids))
        click.echo(json.dumps(held, ensure_ascii=False, indent=2))


@privacy.command()
@_about
@click.option("--yes", is_flag=True, help="Erase; without it, only say what would be erased.")
def erase(*, email: str, visitor: str, yes: bool) -> None:
    """Erase all that the site holds of a person. Without --yes nothing is erased."""
    app = _app()
    with app.app_context():
        from feedback.privacy.erasing import EventsWait
        from feedback.privacy.erasing import erase as erase_all

        person = _person(email, visitor)
        try:
            found = erase_all(person) if yes else _holdings(person)
        except EventsWait as error:
            raise click.ClickException("The database is busy. Nothing was erased.") from error
        for table, count in _counts(found).items():
            click.echo(f"{table}: {count}")
        if yes:
            click.echo("Erased. Earlier backups and exports still hold it.")
        else:
            click.echo("Nothing was erased. Add --yes to erase this.")


def _app() -> "Flask":
    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    return app


def _person(email: str, visitor: str) -> "Person":
    from feedback.privacy.holdings import Person
    from feedback.visitors import named_by

    if not email.strip() and not visitor.strip():
        raise click.UsageError("Say whom it is about: --email or --visitor.")
    return Person(email=email.strip(), visitor=named_by(visitor.strip()))


def _holdings(person: "Person") -> "list[Holding]":
    from feedback.mailbox.arriving import take_in_all
    from feedback.privacy.holdings import holdings
    from feedback.spool.draining import drain
    from kb.db import db

    drain(wait_seconds=5)
    take_in_all(wait_seconds=5)
    return holdings(db.session(), person)


def _counts(found: "list[Holding]") -> dict[str, int]:
    counts: dict[str, int] = {}
    for each in found:
        if each.ids:
            counts[each.table] = counts.get(each.table, 0) + len(each.ids)
    return counts


def _dump(file: TextIO) -> int:
    count = 0
    for line in _lines():
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count


def _lines() -> Iterator[dict[str, Any]]:
    from sqlalchemy import select

    from feedback.privacy.holdings import EVENTS, as_json
    from feedback.spool.draining import drain
    from kb.db import db

    drain(wait_seconds=5)
    for model in EVENTS:
        query = select(model).order_by(model.id).execution_options(yield_per=1_000)  # type: ignore[attr-defined]
        for row in db.session.scalars(query):
            yield {"table": model.__tablename__, **as_json(row)}
            db.session.expunge(row)
