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
    """A function that the worker calls every `every`.

    It runs in an application context, and as in a request to the site's public address, so that
    addresses are made as on a page. `prompt` tasks never wait for those that take long.
    `is_wanted` is asked every second by each worker, in an application context: where it says yes, that
    very worker runs the task, as what there is to do may lie on its machine alone.
    """

    name: str
    every: timedelta
    run: Callable[[], object]
    prompt: bool = False
    is_wanted: Callable[[], bool] | None = None


def register(
    app: Flask,
    name: str,
    every: timedelta,
    run: Callable[[], object],
    *,
    prompt: bool = False,
    is_wanted: Callable[[], bool] | None = None,
) -> None:
    """Let the worker call `run` every `every`, the first time soon after its start.

    The worker looks at the clock every few seconds; what should happen at once asks by `soon()`.
    """
    app.extensions.setdefault("kb_tasks", {})[name] = Task(name, every, run, prompt, is_wanted)


def tasks(app: Flask) -> dict[str, Task]:
    """Return the registered tasks by name."""
    found: dict[str, Task] = app.extensions.get("kb_tasks", {})
    return found
