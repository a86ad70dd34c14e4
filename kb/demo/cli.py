"""`kb demo`: a whole help centre to try, with articles, readers and one account a role."""

import os
from pathlib import Path

import click

ARTICLES = Path(__file__).parent / "articles"
# Known to everybody who reads this file: the demo is for loopback, never for the public.
PASSWORD = "clairson-demo"  # noqa: S105
COMPANY = {
    "KB_SITE_NAME": "Clairson",
    "KB_ACCENT_HUE": "35",
    "KB_CONTACT_EMAIL": "aide@clairson.example",
    "KB_CONTACT_PHONE": "+33 4 65 71 00 42",
    "KB_COST_PER_REQUEST": "6.5",
    "KB_NPS_SAMPLE": "0.07",
    "KB_CONTACT_HOURS": '{"fr": "du lundi au samedi, de 9 h à 19 h", '
    '"en": "Monday to Saturday, 9 a.m. to 7 p.m., Paris time"}',
}


@click.command()
@click.option("--serve", "and_serve", is_flag=True, help="Serve the site when it is loaded.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--days", default=120, show_default=True, help="Days of simulated visitors.")
def demo(*, and_serve: bool, host: str, port: int, days: int) -> None:
    """Load the demo company, with simulated visitors. A second run only adds what is missing."""
    for name, value in COMPANY.items():
        os.environ.setdefault(name, value)

    from kb.demo.loading import load
    from kb.serving import run

    addresses = load(ARTICLES, days=days, password=PASSWORD)
    base = f"http://{host}:{port}"
    click.echo(f"\n  {base}/fr/   {base}/en/")
    click.echo(f"  Reports: {base}/studio/reports\n")
    for role, address in addresses.items():
        click.echo(f"  {role:<9} {address:<28} {PASSWORD}")
    click.echo("\n  The visitors are simulated, and the reports say so.\n")
    if and_serve:
        run(f"{host}:{port}")
