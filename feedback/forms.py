"""Forms of the studio: what was typed, and what it says once it was checked."""

from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

Form = MultiDict[str, str]


@dataclass(slots=True)
class Checked:
    """What a form says: values for the columns, and what is wrong by the names of the fields."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
