import json
import logging
from collections.abc import Iterator

import pytest

from kb import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in (None, *logs.OURS)]
    levels = [logger.level for logger in loggers]
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_a_line_of_the_standard_library_is_one_json_object(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("INFO")
    logs.configure("INFO")  # a second application of the same process says nothing twice
    logging.getLogger("search.sync").info("built anew: %s", "lost")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["logger"]) == (
        "built anew: lost",
        "info",
        "search.sync",
    )


def test_an_exception_is_told_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    try:
        int("bad vote")
    except ValueError:
        logging.getLogger("search.sync").exception("learning failed")
    assert "bad vote" in json.loads(capsys.readouterr().err)["exception"]


def test_the_level_holds_for_our_packages_and_of_others_only_warnings_are_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("WARNING")
    logging.getLogger("search.sync").info("unheard")
    logs.configure("DEBUG")
    logging.getLogger("another.library").info("unheard")
    assert not capsys.readouterr().err
    logging.getLogger("search.sync").debug("heard")
    assert "heard" in capsys.readouterr().err
