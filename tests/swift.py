"""What makes the thousands of applications of a test run quick to make, and changes nothing they do."""

import gc
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

STATEMENTS = 3_000
SHUTDOWN_SECONDS = 0.02  # until a server sees that it is to end; half a second by default
NEW_OBJECTS = 5_000  # before the collector of garbage looks again, at those only
Builder = Callable[..., tuple[str, str]]
_first: list[Engine] = []


class LazyRule(Rule):
    """Writes the functions that build its address when an address is first asked for.

    Werkzeug compiles two for each of some two hundred routes, which is half of what it takes to
    make an application; a test asks for a few of them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        compiled: list[Builder] = []

        def build(rule: Rule, **values: object) -> tuple[str, str]:
            if not compiled:
                compiled.append(Rule._compile_builder(self, append_unknown))
            return compiled[0](rule, **values)

        return build


def share_statements(engine: Engine) -> None:
    """Let an engine on SQLite know the statements that those before it have compiled.

    SQLAlchemy keeps them by engine and by dialect object, and each test has an engine of its own.
    """
    if engine.dialect.name != "sqlite":
        return  # on PostgreSQL the dialect learns from its own database
    if not _first:
        with engine.connect():
            pass  # the dialect learns what SQLite can do
        engine._compiled_cache = LRUCache(STATEMENTS)
        _first.append(engine)
    engine.dialect = engine.pool._dialect = _first[0].dialect
    engine._compiled_cache = _first[0]._compiled_cache


def keep_what_is_loaded() -> None:
    """Let the collector of garbage pass over the modules and tests that stay until the end.

    An application is made of rings of objects, so each test makes the collector run; to look at half
    a million objects that never go took it a third of the time of making one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
