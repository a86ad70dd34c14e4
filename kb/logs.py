"""Structured log lines on standard error."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import Processor

OURS = ("kb", "articles", "search", "feedback")  # packages; of others, only warnings are logged
BEFORE: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
)


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the moment of writing."""

    def __init__(self) -> None:
        """Write the lines of the standard library as those of structlog."""
        logging.Handler.__init__(self)
        self.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[*BEFORE, structlog.stdlib.add_logger_name],
                processors=[
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
            )
        )

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # an attribute there
        """Return standard error."""
        return sys.stderr


def configure(level: str) -> None:
    """Log from `level` up, one JSON object a line; the standard library's loggers too."""
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[*BEFORE, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    root = logging.getLogger()
    if not any(isinstance(handler, StandardError) for handler in root.handlers):
        root.addHandler(StandardError())
    root.setLevel(max(number, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(number)
