"""Progress of long commands, on standard error."""

from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TimeRemainingColumn

Report = Callable[[str, int, int], None]  # stage, done, total


class ProgressBar:
    """A bar for each set and stage; `quiet` shows none where no terminal would."""

    def __init__(self, *, quiet: bool = False) -> None:
        columns = ("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        self._progress = Progress(
            *columns, console=console, disable=quiet and not console.is_terminal
        )

    def __enter__(self) -> "ProgressBar":
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def reporter(self, name: str) -> Report:
        """Return the function that moves the bars of one set."""
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = self._progress.add_task(f"{name} {stage}", total=total)
            self._progress.update(tasks[stage], completed=done, total=total)

        return report
