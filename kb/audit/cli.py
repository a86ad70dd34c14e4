"""`kb audit`: who did what, when, to which revision."""

from itertools import islice
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from kb.audit.models import AuditEntry

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--person", default="", help="Part of a name or address.")
@click.option("--act", default="", help="Such as article.published.")
@click.option("--thing", default="", help="The sort of thing, such as article.")
@click.option("--thing-id", type=int, help="Its number; with --thing.")
@click.option("--revision", type=int, help="The number of a revision.")
@click.option("--since", type=DAY, help="First day, in the time zone of the site.")
@click.option("--until", type=DAY, help="Last day.")
@click.option("--text", default="", help="Words of the title or of the details.")
@click.option("--limit", default=50, show_default=True, help="How many entries; 0 for all.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "jsonl"]),
    default="text",
    show_default=True,
)
def audit(limit: int, form: str, **asked: Any) -> None:
    """Print the audit log, the newest entry first."""
    from zoneinfo import ZoneInfo

    from kb.audit.entries import Filters, entries
    from kb.audit.tables import as_csv, as_json_lines
    from kb.db import db
    from kb.factory import create_app
    from kb.locales import settings
    from kb.schema import ensure

    for day in ("since", "until"):
        asked[day] = asked[day].date() if asked[day] else None
    filters = Filters(**asked)
    app = create_app()
    ensure(app)
    with app.app_context():
        zone = ZoneInfo(settings().timezone)
        found = entries(filters, zone).execution_options(yield_per=500)
        rows = islice(db.session.scalars(found), limit or None)
        if form == "csv":
            lines = as_csv(rows)
        elif form == "jsonl":
            lines = as_json_lines(rows)
        else:
            lines = (_line(row, zone) for row in rows)
        for line in lines:
            click.echo(line.rstrip("\r\n"))


def _line(entry: "AuditEntry", zone: "ZoneInfo") -> str:
    """Return an entry on one line: moment, actor, act, thing, revision, details."""
    from kb.audit.words import details_in_words

    what = f"“{entry.label}”" if entry.label else ""
    number = f"{entry.thing} {entry.thing_id}" if entry.thing_id is not None else entry.thing
    revision = f"revision {entry.revision}" if entry.revision is not None else ""
    parts = [
        entry.at.astimezone(zone).isoformat(" ", timespec="seconds"),
        entry.actor,
        entry.act,
        number,
        what,
        revision,
        details_in_words(entry.details),
    ]
    return "  ".join(filter(None, parts))
