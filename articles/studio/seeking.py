"""Words sought in columns whatever their case, and in names whatever their accents.

Databases differ: SQLite folds only the letters of English, and PostgreSQL has no letters without
accents unless an extension is installed.
"""

import re
import sqlite3
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Engine, SQLColumnExpression, String, event, func, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

_ASCII_UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
# Letters of the languages of Western Europe. Whether PostgreSQL makes é of É is up to its locale.
_SMALL = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ"
_ACCENTED = f"{_SMALL}{_SMALL.upper()}’"
_ACCENTS = re.compile("[\u0300-\u036f]")
_LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"}


def plain(name: str) -> str:
    """Return a name in small letters, without accents, its apostrophes as keyboards have them.

    As `fold`, but quick: a database asks it of every title.
    """
    if name.isascii():
        return name.lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", name)).replace("’", "'")
    for ligature, letters in _LIGATURES.items():
        bare = bare.replace(ligature, letters)
    return bare.lower()


class folded_name(GenericFunction[str]):  # noqa: N801 - a function of SQL
    """The name in a column as `plain` makes it, by the database."""

    type = String()
    name = "kb_folded"
    inherit_cache = True


@compiles(folded_name, "postgresql")
def _on_postgresql(element: folded_name, compiler: SQLCompiler, **options: Any) -> str:
    bare = "".join(plain(each) for each in _ACCENTED).replace("'", "''")
    said = f"translate({compiler.process(element.clauses, **options)}, '{_ACCENTED}', '{bare}')"
    for ligature, letters in _LIGATURES.items():
        said = f"replace({said}, '{ligature}', '{letters}')"
    return f"lower({said})"


@event.listens_for(Engine, "connect")
def _tell_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function(
            "kb_folded", 1, lambda text: None if text is None else plain(text), deterministic=True
        )


def holds_name(column: SQLColumnExpression[str], word: str) -> ColumnElement[bool]:
    """Tell whether a name (a title, an address, a key) holds a word, whatever case and accents.

    Too slow for whole texts: those are for `holds_word`.
    """
    return folded_name(column).contains(plain(word), autoescape=True)


def holds_word(column: SQLColumnExpression[str], word: str) -> ColumnElement[bool]:
    """Tell whether a text holds a word anywhere, in small letters, capitals, or with one in front.

    SQLite leaves É as it is where PostgreSQL makes é of it, so that both spellings are looked for.
    """
    small = word.casefold()
    ways = {small, *(_as_sqlite(each) for each in (small.capitalize(), small.upper()))}
    found = func.lower(column)
    return or_(*(found.contains(way, autoescape=True) for way in sorted(ways)))


def _as_sqlite(word: str) -> str:
    return word.translate(_ASCII_UPPER)
