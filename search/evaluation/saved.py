"""Runs kept in files, so that another run can be compared with them query by query."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.evaluation.comparison import Comparison, compare
from search.evaluation.metrics import NDCG
from search.evaluation.running import Run
from search.results import Mode

FORMAT = 1
CHANGES_SHOWN = 5
SMALL = 1e-9


class SavedRunInvalid(ValueError):
    """A file is no saved run; the message names it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one judged query: its figures by mode and name."""

    text: str
    confidence: float
    figures: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Change:
    """A query whose nDCG@10 is not what it was."""

    id: str
    text: str
    before: float
    after: float

    def as_json(self) -> dict[str, Any]:
        """Return the change as `--json` prints it."""
        return {
            "id": self.id,
            "text": self.text,
            "before": round(self.before, 4),
            "after": round(self.after, 4),
        }


@dataclass(frozen=True, slots=True)
class Against:
    """A run compared with another on the queries that both asked."""

    other: str  # what the other run is called
    by_mode: Mapping[Mode, Comparison]
    changes: tuple[Change, ...]  # of what customers get, the greatest first
    left_out: int  # queries that only one of the runs asked, or in other words

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the names that `--json` prints."""
        return {
            "other": self.other,
            **{mode.value: each.as_json() for mode, each in self.by_mode.items()},
            "changes": [each.as_json() for each in self.changes],
            "left_out": self.left_out,
        }


def keep(found: Run) -> dict[str, Kept]:
    """Return what is kept of a run, by the ids of its judged queries."""
    judged = [each for each in found.asked if each.is_judged]
    columns = {mode: scores.by_name() for mode, scores in found.by_mode.items()}
    return {
        each.query.id: Kept(
            text=each.query.text,
            confidence=round(each.confidence, 6),
            figures={
                mode.value: {name: round(values[row], 6) for name, values in by_name.items()}
                for mode, by_name in columns.items()
            },
        )
        for row, each in enumerate(judged)
    }


def against(
    found: Run, other: Mapping[str, Kept], *, name: str, shown: int = CHANGES_SHOWN
) -> Against:
    """Compare a run with one kept, mode by mode."""
    ours = keep(found)
    common = [key for key, each in ours.items() if key in other and other[key].text == each.text]
    pairs = {
        mode: _pairs(mode, [ours[key] for key in common], [other[key] for key in common])
        for mode in found.by_mode
    }
    main = tuple(found.by_mode)[-1]
    changes = [
        Change(key, ours[key].text, before, after)
        for key, after, before in zip(common, *(pairs[main] or ((), ())), strict=False)
        if abs(after - before) > SMALL
    ]
    changes.sort(key=lambda each: -abs(each.after - each.before))
    return Against(
        other=name,
        by_mode={mode: compare(*pair) for mode, pair in pairs.items() if pair},
        changes=tuple(changes[:shown]),
        left_out=len(ours.keys() | other.keys()) - len(common),
    )


def _pairs(
    mode: Mode, ours: Sequence[Kept], theirs: Sequence[Kept]
) -> tuple[list[float], list[float]] | None:
    """Return both runs' nDCG@10, or None where the other has not measured this mode."""
    if not all(NDCG in each.figures.get(mode.value, {}) for each in theirs):
        return None
    return (
        [each.figures[mode.value][NDCG] for each in ours],
        [each.figures[mode.value][NDCG] for each in theirs],
    )


def write(path: Path, runs: Mapping[str, Run], *, model: str) -> None:
    """Write runs by the names of their sets, for `read`."""
    content = {
        "format": FORMAT,
        "model": model,
        "sets": {
            name: {
                key: {"text": each.text, "confidence": each.confidence, **each.figures}
                for key, each in keep(found).items()
            }
            for name, found in runs.items()
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read(path: Path) -> dict[str, dict[str, Kept]]:
    """Read runs by the names of their sets; raises SavedRunInvalid."""
    try:
        content = json.loads(path.read_text("utf-8"))
        found = {
            name: {key: _kept(each) for key, each in queries.items()}
            for name, queries in content["sets"].items()
        }
        version = content["format"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SavedRunInvalid(f"{path} is no run written by --save: {error}") from error
    if version != FORMAT:
        raise SavedRunInvalid(f"{path} is of format {version}, not {FORMAT}")
    return found


def _kept(item: dict[str, Any]) -> Kept:
    figures: dict[str, dict[str, float]] = {
        mode.value: {name: float(value) for name, value in item[mode.value].items()}
        for mode in Mode
        if mode.value in item
    }
    return Kept(str(item["text"]), float(item["confidence"]), figures)
