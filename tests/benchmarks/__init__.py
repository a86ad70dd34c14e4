"""Measurements, each a command of its own: `python -m tests.benchmarks.search`."""

from kb import threads

threads.limit()  # as the site does when it starts; numpy reads it once, when it is imported
