"""Commands of search: `kb reindex`, `kb search`."""

import json
from html import unescape
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from search.results import Results

MODEL_SECONDS = 30.0  # after which a search in the shell answers by keywords


@click.command()
@click.option("--keywords", "only_keywords", is_flag=True, help="Leave the vectors for later.")
def reindex(only_keywords: bool) -> None:
    """Make the search index anew from the database; the old one serves meanwhile."""
    from kb.factory import create_app
    from kb.schema import ensure
    from search import sync
    from search.progress import ProgressBar

    app = create_app()
    ensure(app)
    made = sync.indexer(app)
    with ProgressBar() as bar:
        if only_keywords:
            with app.test_request_context():
                done = made.reconcile(rebuild=True, progress=bar.reporter("index"))
        else:
            done = sync.reconcile(app, rebuild=True, progress=bar.reporter("index"))
    click.echo(f"{done.total} articles are searchable")
    if made.encoder is not None and not done.encoded_all:
        click.echo("by keywords; vectors follow when the site is served", err=only_keywords)


@click.command()
# One parameter for each option: click calls it by name.
@click.argument("query", nargs=-1, required=True)
@click.option("--locale", help="The reader's language; by default the first of the site.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@click.option("--category", help="Key of a category to stay in.")
@click.option("--kind", help="Kind of article to stay with.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def search(  # noqa: PLR0917
    query: tuple[str, ...],
    locale: str | None,
    limit: int,
    category: str | None,
    kind: str | None,
    as_json: bool,
) -> None:
    """Search as a visitor would, with the index of the site."""
    from contextlib import suppress
    from dataclasses import asdict

    from kb.config import Settings
    from kb.factory import create_app
    from kb.schema import ensure
    from search import sync
    from search.keyword import IndexDamaged, IndexMissing
    from search.semantic import EmbeddingUnavailable

    settings = Settings()
    if locale is not None and locale not in settings.locales:
        raise click.BadParameter(
            f"{locale!r} is not a language of the site: {', '.join(settings.locales)}",
            param_hint="--locale",
        )
    app = create_app(settings)
    made = sync.indexer(app)
    try:
        made.index.snapshot()
    except (IndexMissing, IndexDamaged):
        click.echo("There is no index that can be read: indexing by keywords first.", err=True)
        ensure(app)
        with app.test_request_context():
            made.reconcile()
    if made.encoder is not None:
        with suppress(EmbeddingUnavailable):  # the results say so
            made.encoder.wait(MODEL_SECONDS)
    results = made.engine.search(
        " ".join(query),
        locale=locale or settings.default_locale,
        limit=limit,
        category=category,
        kind=kind,
    )
    if as_json:
        click.echo(json.dumps(asdict(results), ensure_ascii=False, indent=2))
    else:
        _print_results(results)


def _print_results(results: "Results") -> None:
    summary = f"{results.total} articles, {results.mode.value}, confidence {results.confidence:.2f}"
    click.secho(summary + (", weak" if results.weak else ""), dim=True)
    if results.degraded:
        click.secho(f"by keywords alone: {results.degraded}", fg="yellow", err=True)
    for rank, hit in enumerate(results.hits, start=1):
        click.secho(f"{rank:2}. {' › '.join((hit.title, *hit.path))}", bold=True)
        text = unescape(hit.snippet.replace("<mark>", "\0").replace("</mark>", "\1"))
        click.echo("    " + text.replace("\0", "\x1b[1m").replace("\1", "\x1b[22m"))
