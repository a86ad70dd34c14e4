"""Claims about `kb report`."""

import csv
import io
import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask

from feedback.reports.cli import report
from kb.config import Settings
from kb.db import utc_now
from tests.feedback.cast import ALICE, BOB, search


@pytest.fixture(autouse=True)
def _unanswered(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two visitors asked for gift wrapping; the command runs on the same site."""
    monkeypatch.setenv("KB_HOME", str(settings.home))
    monkeypatch.setenv("KB_EMBEDDING_MODEL", "off")
    monkeypatch.setenv("KB_INDEXER", "off")
    for who in (ALICE, BOB):
        search(who, "gift wrapping", weak=True, matched=0, moment=utc_now() - timedelta(days=1))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(report, ["gaps", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_it_prints_the_gaps_for_people() -> None:
    assert "gift wrapping" in run()


def test_it_speaks_english_on_a_french_site() -> None:
    output = run("--since", "2026-11-01")
    assert "From 1 November 2026 to " in output
    assert "au " not in output


def test_what_visitors_type_is_no_markup_of_the_terminal() -> None:
    for who in (ALICE, BOB):
        search(who, "[bold]x[/nothing]", weak=True, moment=utc_now() - timedelta(days=1))
    assert "[bold]" in run()


def test_csv_has_a_row_for_each_gap() -> None:
    rows = list(csv.DictReader(io.StringIO(run("--csv"))))
    assert [(each["question"], each["visitors"]) for each in rows] == [("gift wrapping", "2")]


def test_json_tells_the_same_figures_as_csv() -> None:
    found = json.loads(run("--json"))
    assert [(each["question"], each["visitors"]) for each in found["gaps"]] == [
        ("gift wrapping", 2)
    ]


def test_a_period_in_the_past_is_empty() -> None:
    assert json.loads(run("--json", "--since", "2020-01-01", "--until", "2020-01-31"))["gaps"] == []


def test_a_date_that_cannot_be_read_is_explained() -> None:
    result = CliRunner().invoke(report, ["gaps", "--since", "soon"])
    assert result.exit_code == 2
    assert "soon" in result.output
