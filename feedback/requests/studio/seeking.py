"""Words sought in requests by the full-text index of the database, kept by the database itself.

On SQLite it is an FTS5 table that triggers fill, on PostgreSQL columns that it works out; both are made
by the migration "words of requests", which says what a document is. On both, accents and capitals make
no difference, and what follows a change in the same transaction.
"""

from collections.abc import Iterator

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    column,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
)

from articles.studio.seeking import holds_word
from feedback.requests.models import ContactRequest, RequestMessage
from feedback.requests.studio.sought import Term, terms
from kb.db import db

MESSAGE_BITS = 31  # of the number of a document; those above them are the number of the request
COLUMNS = ("subject", "name", "email", "reference", "external_reference", "message")
_DOCUMENTS = table("request_words", column("rowid"), column("request_words"))
_OF_REQUEST: ColumnElement[str] = literal_column("contact_request.request_words")
_OF_SENDER: ColumnElement[str] = literal_column("contact_request.request_words_of_sender")
_OF_MESSAGE: ColumnElement[str] = literal_column("request_message.request_words")


def holds_all(query: str) -> ColumnElement[bool]:
    """Tell whether a request holds every term, in its thread with the notes, or of its sender.

    A word is found by its beginning, an address by that of a part of it, "words in quotes" as they
    stand beside each other. A query without a letter or a number is found nowhere.
    """
    sought = terms(query)
    return and_(*(_holds(each) for each in sought)) if sought else false()


def _holds(term: Term) -> ColumnElement[bool]:
    if term.is_unspaced:
        return _holds_letters(term.text)
    is_sqlite = db.engine.dialect.name == "sqlite"
    found = _documents(term) if is_sqlite else _rows(term)
    return or_(*(ContactRequest.id.in_(each) for each in found))


def _documents(term: Term) -> Iterator[Select[int]]:
    """Yield the requests by the index of SQLite."""
    words = '"' + term.text.replace('"', '""') + '"'
    asked = words if term.is_phrase else f"{words} *"
    matches = _DOCUMENTS.c.request_words.op("MATCH", is_comparison=True)(
        f"email : {asked}" if term.is_address else asked
    )
    yield select(_DOCUMENTS.c.rowid.op(">>")(literal_column(str(MESSAGE_BITS)))).where(matches)


def _rows(term: Term) -> Iterator[Select[int]]:
    """Yield the requests by the indexes of PostgreSQL."""
    words = func.nullif(func.replace(func.request_words_of(term.text), " ", " <-> "), "")
    asked = func.to_tsquery(
        literal_column("'simple'"), words if term.is_phrase else words.op("||")(":*")
    )

    def holding(words: ColumnElement[str]) -> ColumnElement[bool]:
        return words.op("@@", is_comparison=True)(asked)

    if term.is_address:
        yield select(ContactRequest.id).where(holding(_OF_SENDER))
        return
    yield select(ContactRequest.id).where(holding(_OF_REQUEST))
    yield select(RequestMessage.request_id).where(holding(_OF_MESSAGE))


def _holds_letters(text: str) -> ColumnElement[bool]:
    """Tell whether a text stands anywhere, by reading everything."""
    said = select(RequestMessage.request_id).where(holds_word(RequestMessage.text, text))
    columns = (getattr(ContactRequest, each) for each in COLUMNS)
    return or_(*(holds_word(each, text) for each in columns), ContactRequest.id.in_(said))
