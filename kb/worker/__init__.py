"""Work beside answering requests: what the site does by the clock, and what it was asked to do soon."""

from kb.worker.queue import soon
from kb.worker.running import run_task

__all__ = ["run_task", "soon"]
