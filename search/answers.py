"""Answers given before, kept in one process for as long as nothing they depend on changes."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from search.results import Results

REMEMBERED_ANSWERS = 1_000  # a few kilobytes each


class Answers:
    """The latest answers by question, of one state of the index and of all that ranks."""

    def __init__(self, size: int = REMEMBERED_ANSWERS) -> None:
        """Keep at most `size` answers."""
        self._size = size
        self._lock = Lock()
        self._state: Hashable = None
        self._known: OrderedDict[Hashable, Results] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, question: Hashable, state: Hashable) -> Results | None:
        """Return the answer to a question in this very state; one of any other is forgotten."""
        with self._lock:
            if state != self._state:
                self._known.clear()
                self._state = state
            found = self._known.get(question)
            if found is not None:
                self._known.move_to_end(question)
            return found

    def put(self, question: Hashable, state: Hashable, answer: Results) -> None:
        """Keep an answer, unless the state it was made in is over or it lacks something.

        The state must be taken before the answer is made, so that what changes meanwhile makes
        the answer newer than its state, never older.
        """
        if answer.degraded is not None:
            return
        with self._lock:
            if state == self._state:
                self._known[question] = answer
                while len(self._known) > self._size:
                    self._known.popitem(last=False)
