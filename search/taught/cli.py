"""Commands about what the search was taught: `kb synonyms`, `kb phrasings`."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Flask

    from search.taught.preview import Preview
    from search.taught.synonyms import Fault, Problem, Rule

MODEL_SECONDS = 60.0  # after which phrasings are learnt without a look at the texts
BY = "kb"  # who changed a rule, where a command did


@contextmanager
def _site() -> Iterator["Flask"]:
    """Give the site with its database ready, in English."""
    from flask_babel import force_locale

    from kb.factory import create_app
    from kb.schema import ensure

    app = create_app()
    ensure(app)
    with app.test_request_context(), force_locale("en"):
        yield app


def _locale(app: "Flask", asked: str | None) -> str:
    """Return a language of the site, the first where none is asked for."""
    locales: Sequence[str] = app.extensions["kb_settings"].locales
    if asked is not None and asked not in locales:
        raise click.BadParameter(
            f"{asked!r} is not a language of the site: {', '.join(locales)}",
            param_hint="--locale",
        )
    return asked or locales[0]


def _wait_for_model(app: "Flask") -> None:
    from search.encoders import EmbeddingUnavailable

    encoder = app.extensions["kb_indexer"].encoder
    if encoder is not None:
        with suppress(EmbeddingUnavailable):
            encoder.wait(MODEL_SECONDS)


@click.group()
def synonyms() -> None:
    """Keep the words that mean the same to customers.

    A file of rules has a line [en] before the rules in English, then one rule a line:
    "refund, money back" both ways, "aurora => lamp" one way; # begins a comment.
    """


@synonyms.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option(
    "--replace",
    is_flag=True,
    help="Also forget the rules that the file does not hold, in the languages it names.",
)
def import_command(file: IO[str], dry_run: bool, replace: bool) -> None:
    """Add the rules of FILE (- for standard input); all of them, or none if a line is wrong."""
    from search.taught import vocabulary
    from search.taught.synonyms import FileInvalid, parse_file

    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not UTF-8: {error}") from error
    with _site() as app:
        try:
            found = parse_file(text, app.extensions["kb_settings"].locales)
        except FileInvalid as error:
            for problem in error.problems:
                click.echo(f"{file.name}:{problem.line}: {_words(problem)}", err=True)
            raise click.ClickException("nothing was changed") from error
        done = vocabulary.import_rules(found, by=BY, replace=replace, dry_run=dry_run)
    click.echo(
        f"{done.added} added, {done.unchanged} there already, {done.removed} removed"
        + ("; nothing was changed: this was a dry run" if dry_run else "")
    )


def _words(problem: "Problem") -> str:
    message = _fault(problem.fault)
    return f"{message} ({problem.words})" if problem.words else message


def _fault(fault: "Fault") -> str:
    from search.taught.words import FAULTS

    return str(FAULTS[fault])


@synonyms.command()
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True), default="-")
def export(file: IO[str]) -> None:
    """Write all rules to FILE, standard output by default, as `kb synonyms import` reads them."""
    from search.taught import vocabulary
    from search.taught.synonyms import format_file

    with _site():
        text = format_file(vocabulary.all_rules())
    file.write(text)


@synonyms.command()
@click.argument("rule")
@click.option("--locale", help="Language of the words; by default the first of the site.")
def preview(rule: str, locale: str | None) -> None:
    """Show what RULE would change, such as "refund, money back", without keeping it."""
    from search.taught.frequent import preview_rule
    from search.taught.synonyms import RuleInvalid, parse_rule

    with _site() as app:
        language = _locale(app, locale)
        try:
            parsed: Rule = parse_rule(rule, language)
        except RuleInvalid as error:
            raise click.ClickException(_fault(error.fault)) from error
        _wait_for_model(app)
        _print_preview(preview_rule(language, parsed))


def _print_preview(found: "Preview") -> None:
    click.echo(
        f"{found.touched} of {found.looked_at} questions use these words, "
        f"{len(found.changes)} shown:"
        if found.changes
        else f"{found.touched} of {found.looked_at} questions use these words; "
        "the first results stay the same."
    )
    for change in found.changes:
        asked = f" ({change.visitors} visitors)" if change.visitors else ""
        click.echo(f"\n{change.query}{asked}")
        for name, titles in (("now", change.before), ("with the rule", change.after)):
            for rank, title in enumerate(titles, start=1):
                click.echo(f"  {name if rank == 1 else '':13}  {rank}. {title}")
            if not titles:
                click.echo(f"  {name:13}  nothing")


@click.group()
def phrasings() -> None:
    """See and renew the questions that visitors tied to articles by their votes."""


@phrasings.command()
def learn() -> None:
    """Learn from the votes now; a site that is served does so every ten minutes."""
    from search.encoders import EmbeddingUnavailable
    from search.taught import learning, vocabulary

    with _site() as app:
        _wait_for_model(app)
        done = learning.learn(app)
        made = app.extensions["kb_indexer"]
        if made.encoder is not None:
            try:
                vocabulary.encode_phrasings(made.encoder.get(), made.store)
            except EmbeddingUnavailable as error:
                click.echo(f"By words alone for now: {error}", err=True)
        vocabulary.project(app)
    click.echo(f"{done.added} added, {done.faded} faded, {done.total} in all")


@phrasings.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_command(as_json: bool) -> None:
    """Print every phrasing with its article and its votes."""
    import json

    from search.taught.studio import shown_phrasings

    with _site():
        found = shown_phrasings(None)
    if as_json:
        rows = [
            {
                "question": each.text,
                "article": each.title,
                "locale": each.locale,
                "helpful": each.helpful,
                "votes": each.votes,
                "leads": each.leads,
                "decision": each.decision or None,
                "voted_at": each.voted_at.isoformat(timespec="seconds"),
            }
            for each in found
        ]
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=2)
        click.echo()
        return
    for each in found:
        state = each.decision or ("may lead" if each.leads else "follows")
        click.echo(f"{each.text}  ->  {each.title} [{each.locale}]")
        click.echo(f"    helpful to {each.helpful} of {each.votes}, {state}")
    if not found:
        click.echo("There is no phrasing yet.")
