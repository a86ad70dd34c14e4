"""`kb doctor`: what works, what works with less, and what to do about it."""

import sys
from pathlib import Path

import click
from rich.console import Console

from kb.config import Settings
from kb.health import Check

MARKS = {"ok": ("ok", "green"), "degraded": ("less", "yellow"), "failed": ("failed", "red")}


@click.command()
def doctor() -> None:
    """Check the installation and say what to mend. Exits with 1 when something fails."""
    from kb import health, schema  # noqa: PLC0415  (keeps `kb --help` quick)
    from kb.factory import create_app  # noqa: PLC0415

    settings = Settings()
    app = create_app(settings)
    with app.app_context():
        checks = [
            _home(settings.home),
            _schema(schema.current(), schema.head()),
            *health.run(app),
        ]
    console = Console()
    for check in checks:
        word, colour = MARKS[check.state]
        console.print(f"[{colour}]{word:<7}[/] {check.name:<10} {check.detail}", highlight=False)
    sys.exit(1 if any(check.state == "failed" for check in checks) else 0)


def _home(home: Path) -> Check:
    probe = home / ".doctor"
    try:
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
