"""What a check has to say: frozen, and without a word of any language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters; the worst first."""

    ERROR = "error"  # a reader is left out or led nowhere
    WARNING = "warning"  # the article is found or understood less well
    HINT = "hint"  # worth a thought


class Field(StrEnum):
    """The part of a draft that a finding is about."""

    BODY = "body"
    TITLE = "title"
    SUMMARY = "summary"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend or to consider. `line` counts from 1 in the body; None elsewhere.

    `rule` names the sentence in `messages`, which `values` complete.
    """

    rule: str
    severity: Severity
    line: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    field: Field = Field.BODY

    @property
    def place(self) -> tuple[int, int]:
        """Sort findings as a writer reads: title, summary and questions, then line by line."""
        order = (Field.TITLE, Field.SUMMARY, Field.ANSWERS, Field.BODY)
        return order.index(self.field), self.line or 0


def error(rule: str, line: int | None = None, **values: Any) -> Finding:
    """Return an error in the body."""
    return Finding(rule, Severity.ERROR, line, values)


def warning(rule: str, line: int | None = None, **values: Any) -> Finding:
    """Return a warning about the body."""
    return Finding(rule, Severity.WARNING, line, values)


def hint(rule: str, line: int | None = None, **values: Any) -> Finding:
    """Return a hint about the body."""
    return Finding(rule, Severity.HINT, line, values)
