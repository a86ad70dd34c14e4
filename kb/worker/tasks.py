"""What the site does by the clock. Parts of the program register their tasks here; the worker runs them.

Every task may run twice at once, or be killed half-way, without harm: what it does once, it claims in
the database.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask


@dataclass(frozen=True, slots=True)
class Task:
    """A function that the worker calls inside an application context, every `every`."""

    name: str
    every: timedelta
    run: Callable[[], object]


def register(app: Flask, name: str, every: timedelta, run: Callable[[], object]) -> None:
    """Let the worker call `run` every `every` (a minute at least), the first time soon after its start."""
    app.extensions.setdefault("kb_tasks", {})[name] = Task(name, every, run)


def tasks(app: Flask) -> dict[str, Task]:
    """Return the registered tasks by name."""
    found: dict[str, Task] = app.extensions.get("kb_tasks", {})
    return found
