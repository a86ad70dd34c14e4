"""What waits for others, run where it disturbs no other test."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")


def in_a_loop_of_its_own(waiting: Coroutine[Any, Any, T], patience_seconds: float) -> T:
    """Return what a coroutine returns, run in a thread of its own with the caller's context.

    In that of the tests, a loop runs from the first one that looks through a browser to the last.
    """
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(copy_context().run, _run, waiting, patience_seconds).result()


def _run(waiting: Coroutine[Any, Any, T], patience_seconds: float) -> T:
    return asyncio.run(asyncio.wait_for(waiting, patience_seconds))
