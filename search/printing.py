"""What search says in a terminal."""

from collections.abc import Mapping
from html import unescape

import click

from search.explanation import Evidence, Explanation
from search.overlaps import Overlap, Overlaps
from search.results import Hit, Results

EXCERPT_CHARACTERS = 160


def print_results(results: Results, why: Mapping[str, Explanation]) -> None:
    """Print a list of hits, each with its snippet, how sure the list is, and `why` by document."""
    summary = f"{results.total} articles, {results.mode.value}, confidence {results.confidence:.2f}"
    click.secho(summary + (", weak" if results.weak else ""), dim=True)
    if results.corrected:
        click.secho(f"searched for “{results.corrected}” as well", dim=True)
    for phrase in results.unmatched_phrases:
        click.secho(f"no article says “{phrase}” word for word", dim=True)
    if results.degraded:
        click.secho(f"by keywords alone: {results.degraded}", fg="yellow", err=True)
    for rank, hit in enumerate(results.hits, start=1):
        click.secho(f"{rank:2}. {' › '.join((hit.title, *hit.path))}", bold=True)
        click.echo(f"    {_lit(hit)}")
        if hit.document_id in why:
            _print_explanation(why[hit.document_id])


def _print_explanation(why: Explanation) -> None:
    """Print what each evidence adds to a score, of what it adds at most, and the words."""
    because = {
        Evidence.WORDS: f"{why.keyword_points:.2f} points",
        Evidence.EXACT: ", ".join(f"“{each}”" for each in why.named),
        Evidence.PASSAGE: _similar(why.passage_similarity),
        Evidence.LABEL: f"“{why.label.text}”, {_similar(why.label.similarity)}"
        if why.label
        else "",
        Evidence.PHRASING: f"asked before as “{why.phrasing}”" if why.phrasing else "",
    }
    click.secho(f"    {why.score:.3f}  score{_through(why)}", fg="cyan")
    for share in why.shares:
        amount = f"{share.value:.3f}  {share.evidence.value}, at most {share.most:.3f}"
        reason = because.get(share.evidence, "")
        click.secho(f"    {amount}{': ' if reason else ''}{reason}", dim=True)
    for word in why.words:
        place = ", in a name too" if word.is_in_name else ""
        said = f"as {', '.join(word.said)}{place}" if word.said else "said nowhere"
        rarity = f"rarity {word.rarity:.2f}"
        click.secho(f"      {word.points:6.2f}  {word.typed}: {said}; {rarity}", dim=True)


def _similar(cosine: float | None) -> str:
    return f"similarity {cosine:.3f}" if cosine is not None else ""


def _through(why: Explanation) -> str:
    return f", found by its text in {why.ranked_as}" if why.ranked_as else ""


def _lit(hit: Hit) -> str:
    text = unescape(hit.snippet.replace("<mark>", "\0").replace("</mark>", "\1"))
    return text.replace("\0", "\x1b[1m").replace("\1", "\x1b[22m")


def print_overlaps(overlaps: Overlaps) -> None:
    """Print what says already what a draft says, closest first, and how much was compared."""
    if overlaps.degraded:
        click.secho(f"by words alone: {overlaps.degraded}", fg="yellow", err=True)
    if overlaps.encoded < overlaps.passages:
        parts = f"{overlaps.compared} of {overlaps.passages} passages compared"
        click.secho(f"{parts}, {overlaps.encoded} by meaning too", dim=True, err=True)
    if not overlaps.found:
        click.echo("Nothing on the site says this already.")
    for rank, overlap in enumerate(overlaps.found, start=1):
        click.secho(f"{rank:2}. {' › '.join((overlap.title, *overlap.path))}", bold=True)
        click.echo(f"    {_why(overlap)}, in your “{' › '.join(overlap.draft_path) or 'text'}”")
        click.secho(f"    {_excerpt(overlap.text)}", dim=True)


def _why(overlap: Overlap) -> str:
    words = f"{overlap.share:.0%} of its pairs of words are there"
    return f"{words}, similarity {overlap.similarity:.2f}" if overlap.similarity else words


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    short = line[:EXCERPT_CHARACTERS].rpartition(" ")[0]
    return line if len(line) <= EXCERPT_CHARACTERS else f"{short} …"
