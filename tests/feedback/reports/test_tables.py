"""Claims about reports as tables."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.reports.tables import FORMULA_STARTS, as_csv, neutralised


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert neutralised(text) == "'" + text


@pytest.mark.parametrize("cell", [-3, 0.5, "plain", "a=b", ""])
def test_numbers_and_plain_text_stay_as_they_are(cell: str | float) -> None:
    assert neutralised(cell) == cell


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2, max_size=2
        )
    )
)
def test_every_cell_comes_back_and_none_is_a_formula(rows: list[list[str]]) -> None:
    text = as_csv(("one", "two"), rows)
    back = list(csv.reader(io.StringIO(text, newline="")))
    assert back[0] == ["one", "two"]
    assert [[cell.removeprefix("'") for cell in row] for row in back[1:]] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]
    assert not any(cell.startswith(FORMULA_STARTS) for row in back[1:] for cell in row)
