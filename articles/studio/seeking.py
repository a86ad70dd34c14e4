"""Words sought in columns whatever their case, on databases that fold only the letters of English."""

from sqlalchemy import ColumnElement, SQLColumnExpression, func, or_

_ASCII_UPPER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


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
