"""What a server loads once, before it forks, so that no first request waits for it."""

from collections.abc import Callable

from flask import Flask


def load_ahead(app: Flask, load: Callable[[], None]) -> None:
    """Let something be loaded by the server that forks, which commands and tests do not wait for.

    It may leave no thread behind: none would go along.
    """
    app.extensions.setdefault("kb_ahead", []).append(load)


def load_all(app: Flask) -> None:
    """Load what has been registered."""
    for load in app.extensions.get("kb_ahead", ()):
        load()
