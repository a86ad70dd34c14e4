"""What a check found, as text for people, as JSON, or as annotations of a hosted CI."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from articles.checks.findings import Severity
from articles.checks.located import Located
from search.checking.answers import Answers, as_located

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}
_ANNOTATIONS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a run found, in `checked` files or articles."""

    checked: int
    findings: Sequence[Located]
    answers: Answers | None = None
    min_found: float | None = None

    @property
    def counts(self) -> Counter[Severity]:
        """How many findings there are of each severity."""
        return Counter(each.severity for each in self.findings)

    @property
    def finds_too_little(self) -> bool:
        """Whether fewer questions are found than was asked for."""
        return (
            self.answers is not None
            and self.min_found is not None
            and self.answers.share < self.min_found
        )

    def exit_status(self, *, strict: bool) -> int:
        """Return 1 where something must be mended (with `strict`, warnings too), else 0."""
        counts = self.counts
        failing = counts[Severity.ERROR] + (counts[Severity.WARNING] if strict else 0)
        return int(failing > 0 or self.finds_too_little)


def all_findings(found: Iterable[Located], answers: Answers | None) -> list[Located]:
    """Return findings of both kinds, in the order of files and lines."""
    asked = (as_located(each) for each in answers.tried) if answers else ()
    return sorted([*found, *(each for each in asked if each)], key=lambda each: each.place)


def print_text(outcome: Outcome) -> None:
    """Print `file:line: severity: message`, then the sums."""
    for each in outcome.findings:
        place = f"{each.file}:{each.line}" if each.line else each.file
        severity = click.style(each.severity.value, fg=_COLOURS[each.severity])
        click.echo(f"{place}: {severity}: {each.says} {each.advice} [{each.rule}]")
    counts = outcome.counts
    click.echo(
        f"{_counted(outcome.checked, 'article')}: "
        + ", ".join(_counted(counts[each], each.value) for each in Severity)
    )
    answers = outcome.answers
    if answers is None:
        return
    click.echo(
        f"found for {answers.found} of {_counted(len(answers.tried), 'question')} "
        f"({answers.share:.0%})"
        + (f", {answers.hanging} of them only by the list" if answers.hanging else "")
    )
    if answers.degraded:
        click.secho(f"by keywords alone: {answers.degraded}", fg="yellow", err=True)
    if outcome.finds_too_little:
        click.secho(f"fewer than the {outcome.min_found:.0%} that --min-found asks for", fg="red")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_json(outcome: Outcome) -> None:
    """Print everything, every question with its ranks."""
    answers = outcome.answers
    shown: dict[str, Any] = {
        "checked": outcome.checked,
        "findings": [
            {
                "file": each.file,
                "line": each.line or None,
                "severity": each.severity.value,
                "rule": each.rule,
                "message": each.says,
                "advice": each.advice,
            }
            for each in outcome.findings
        ],
        "answers": None
        if answers is None
        else {
            "found": answers.found,
            "asked": len(answers.tried),
            "share": answers.share,
            "degraded": answers.degraded,
            "questions": [
                {
                    "file": each.file,
                    "line": each.line or None,
                    "question": each.found.question,
                    "rank": each.found.rank,
                    "rank_in_other_words": each.found.alone,
                    "is_weak": each.found.is_weak,
                    "before": [before.title for before in each.found.before],
                }
                for each in answers.tried
            ],
        },
    }
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


def print_annotations(outcome: Outcome) -> None:
    """Print the workflow commands that GitHub, and those who took them over, show beside the lines."""
    for each in outcome.findings:
        place = f"file={_property(each.file)}" + (f",line={each.line}" if each.line else "")
        words = _data(f"{each.says} {each.advice}")
        click.echo(f"::{_ANNOTATIONS[each.severity]} {place},title={each.rule}::{words}")
    if outcome.finds_too_little and outcome.answers is not None:
        share = f"{outcome.answers.share:.0%} of the questions"
        click.echo(
            f"::error title=questions::Found for {share}, {outcome.min_found:.0%} are asked for"
        )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


PRINTERS = {"text": print_text, "json": print_json, "github": print_annotations}
