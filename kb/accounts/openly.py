"""Pages of the studio that need no account: the doors."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Say that a view needs no right, so that the test of all routes knows it is meant."""
    view.required_right = None  # type: ignore[attr-defined]
    return view
