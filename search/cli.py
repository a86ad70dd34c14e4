"""Commands of search: `kb reindex`, `kb search`, `kb overlaps`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

    from search.sync import Indexer

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
@click.option("--explain", is_flag=True, help="Tell why each article stands where it stands.")
@click.option("--as-typed", is_flag=True, help="Correct nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def search(  # noqa: PLR0917
    query: tuple[str, ...],
    locale: str | None,
    limit: int,
    category: str | None,
    kind: str | None,
    explain: bool,
    as_typed: bool,
    as_json: bool,
) -> None:
    """Search as a visitor would, with the index of the site."""
    from dataclasses import asdict

    from search.printing import print_results

    words = " ".join(query)
    if not any(char.isalnum() for char in words):
        raise click.BadParameter("give at least one word to search for", param_hint="QUERY")
    app, made, language = _opened(locale)
    _check_filters(app, category, kind)
    results = made.engine.search(
        words, locale=language, limit=limit, category=category, kind=kind, as_typed=as_typed
    )
    ids = [hit.document_id for hit in results.hits] if explain else []
    why = made.engine.explain(words, ids, locale=language, as_typed=as_typed)
    if as_json:
        found = asdict(results)
        for hit in found["hits"] if explain else ():
            hit["explanation"] = asdict(why[hit["document_id"]])
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        print_results(results, why)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--locale", help="The language of the file; by default the first of the site.")
@click.option("--json", "as_json", is_flag=True, help="Print what is found as JSON.")
def overlaps(file: Path, locale: str | None, as_json: bool) -> None:
    """Tell which sections of the site say already what a Markdown FILE says."""
    from dataclasses import asdict

    from articles.importing.frontmatter import BrokenFrontMatter
    from search.drafts import overlaps_of_file
    from search.printing import print_overlaps

    app, _, language = _opened(locale)
    try:
        with app.test_request_context():
            found = overlaps_of_file(file, locale=language)
    except (BrokenFrontMatter, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    if as_json:
        rows = [{**asdict(each), "strength": each.strength} for each in found.found]
        click.echo(json.dumps({**asdict(found), "found": rows}, ensure_ascii=False, indent=2))
    else:
        print_overlaps(found)


def _opened(locale: str | None) -> "tuple[Flask, Indexer, str]":
    """Return the site, its index ready to be read and its model loaded, and the language wanted."""
    from contextlib import suppress

    from kb.config import Settings
    from kb.factory import create_app
    from kb.schema import ensure
    from search import sync
    from search.encoders import EmbeddingUnavailable
    from search.keyword import IndexDamaged, IndexMissing

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
    return app, made, locale or settings.default_locale


def _check_filters(app: "Flask", category: str | None, kind: str | None) -> None:
    """Refuse what would silently leave nothing: a category or a kind that the site does not have."""
    from sqlalchemy import select

    from articles.models import Category, Kind
    from kb.db import db

    kinds = [each.value for each in Kind]
    if kind is not None and kind not in kinds:
        raise click.BadParameter(
            f"{kind!r} is no kind of article: {', '.join(kinds)}", param_hint="--kind"
        )
    if category is None:
        return
    with app.app_context():
        keys = sorted(db.session.scalars(select(Category.key)))
    if category not in keys:
        known = ", ".join(keys) or "there are none"
        raise click.BadParameter(
            f"{category!r} is no category of the site: {known}", param_hint="--category"
        )
