"""`kb doctor`: what works, what works with less, and what to do about it."""

import sys
from pathlib import Path

import click
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from kb.config import Settings, problems
from kb.health import Check

MARKS = {"ok": ("ok", "green"), "degraded": ("less", "yellow"), "failed": ("failed", "red")}


@click.command()
def doctor() -> None:
    """Check the installation and say what to mend. Exits with 1 when something fails."""
    from kb import health, schema  # noqa: PLC0415  (keeps `kb --help` quick)
    from kb.factory import create_app  # noqa: PLC0415
    from kb.faults import of_database  # noqa: PLC0415

    try:
        settings = Settings()
    except ValueError as error:
        found = [Check(name, "failed", why) for name, why in problems(error)]
        if not found:
            raise
        _report(found)
        return
    home = _home(settings.home)
    if home.state == "failed":
        _report([home])
        return
    app = create_app(settings)
    with app.app_context():
        try:
            applied = _schema(schema.current(), schema.head())
        except SQLAlchemyError as error:
            applied = Check("schema", "failed", of_database(error))
        _report([home, applied, *health.run(app, slow=True)])


def _report(checks: list[Check]) -> None:
    """Print a line for each check; ends the program with 1 where one has failed."""
    console = Console(soft_wrap=True)
    width = max(len(check.name) for check in checks)
    for check in checks:
        word, colour = MARKS[check.state]
        console.print(f"[{colour}]{word:<7}[/]", end=" ")
        console.print(f"{check.name:<{width}} {check.detail}", highlight=False, markup=False)
    sys.exit(1 if any(check.state == "failed" for check in checks) else 0)


def _home(home: Path) -> Check:
    probe = home / ".doctor"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check("home", "failed", f"{home} cannot be written: {error.strerror}")
    return Check("home", "ok", str(home.resolve()))


def _schema(current: str | None, head: str) -> Check:
    if current == head:
        return Check("schema", "ok", head)
    return Check(
        "schema",
        "degraded",
        f"at {current or 'nothing'}, newest is {head}: `kb serve` will apply it",
    )
