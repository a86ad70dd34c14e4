"""words of requests"""

from alembic import op


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


MAX_CHARACTERS = 200_000  # of a message; PostgreSQL indexes a megabyte at most
COLUMNS = ("subject", "name", "email", "reference", "external_reference", "message")
LIGATURES = (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"))
MESSAGE_BITS = 31  # of the number of a document; those above them are the number of the request


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _check_full_text()
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDONE[op.get_bind().dialect.name]:
        op.execute(statement)


def _check_full_text() -> None:
    """Say what to do where SQLite has no full-text index, before anything is made."""
    known = op.get_bind().exec_driver_sql("SELECT name FROM pragma_module_list").scalars().all()
    if "fts5" not in known:
        raise RuntimeError(
            "the SQLite that this Python uses was built without FTS5, the full-text index: use a Python "
            "with one that has it, such as those of Debian, macOS or python.org, or KB_DATABASE_URL with PostgreSQL"
        )


def _written_out(text: str) -> str:
    """Return the expression for a text whose ligatures are two letters."""
    for one, two in LIGATURES:
        text = f"replace({text}, '{one}', '{two}')"
    return text


def _joined(row: str) -> str:
    """Return the expression for all that the request itself says."""
    return " || ' ' || ".join(f"{row}{column}" for column in COLUMNS)


# SQLite: a document for each request and each message, whose number holds both their numbers, so
# that what is found needs no table to be looked up. Of a contentless index words are taken out by
# saying them again, as they stood.

def _document(table: str, row: str) -> str:
    """Return the number, the address and the words of a row's document."""
    if table == "contact_request":
        number, email, said = f"{row}id << {MESSAGE_BITS}", f"{row}email", _joined(row)
    else:
        number, email, said = f"({row}request_id << {MESSAGE_BITS}) | {row}id", "''", f"{row}text"
    return f"{number}, {email}, {_written_out(f'substr({said}, 1, {MAX_CHARACTERS})')}"


def _triggers(table: str, columns: tuple[str, ...]) -> list[str]:
    put = f"INSERT INTO request_words(rowid, email, said) VALUES ({_document(table, 'NEW.')})"
    take = (
        "INSERT INTO request_words(request_words, rowid, email, said) "
        f"VALUES ('delete', {_document(table, 'OLD.')})"
    )
    acts = {"INSERT": (put,), "DELETE": (take,), f"UPDATE OF {', '.join(columns)}": (take, put)}
    return [
        f"CREATE TRIGGER {table}_words_{act.split()[0].lower()} AFTER {act} ON {table} "
        f"BEGIN {'; '.join(done)}; END"
        for act, done in acts.items()
    ]


# PostgreSQL: columns that it works out itself, so that there is nothing to keep in step; an index over
# the expression alone would work it out again for each row of a phrase. Letters lose their accents, and
# all that is no letter and no number is a space: what stands in `said` can be neither an operator of a
# query, nor an address or a path, of which PostgreSQL would make one word.

SIGNS = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u2000-\u2bff\u3000-\u303f\ufe00-\ufe0f\uff01-\uff0f\U0001f000-\U0001faff"
)
WORDS = f"""
CREATE FUNCTION request_words_of(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(
        left(regexp_replace(normalize({_written_out(f'left(said, {MAX_CHARACTERS})')}, NFD), '[\\u0300-\\u036f]+', '', 'g'),
             {MAX_CHARACTERS}),
        '[{SIGNS}]+', ' ', 'g'))
$$
"""


def _kept(table: str, column: str, said: str) -> list[str]:
    return [
        f"ALTER TABLE {table} ADD COLUMN {column} tsvector "
        f"GENERATED ALWAYS AS (to_tsvector('simple', request_words_of({said}))) STORED",
        f"CREATE INDEX ix_{table}_{column} ON {table} USING gin ({column})",
    ]


STATEMENTS = {
    "sqlite": [
        "CREATE VIRTUAL TABLE request_words USING fts5(email, said, content='', "
        "tokenize='unicode61 remove_diacritics 2')",
        *_triggers("contact_request", ("id", *COLUMNS)),
        *_triggers("request_message", ("id", "request_id", "text")),
        *(
            f"INSERT INTO request_words(rowid, email, said) SELECT {_document(table, '')} FROM {table}"
            for table in ("contact_request", "request_message")
        ),
    ],
    "postgresql": [
        WORDS,
        *_kept("contact_request", "request_words", _joined("")),
        *_kept("contact_request", "request_words_of_sender", "email"),
        *_kept("request_message", "request_words", "text"),
    ],
}
UNDONE = {
    "sqlite": [
        *(
            f"DROP TRIGGER {table}_words_{act}"
            for table in ("contact_request", "request_message")
            for act in ("insert", "delete", "update")
        ),
        "DROP TABLE request_words",
    ],
    "postgresql": [
        "ALTER TABLE contact_request DROP COLUMN request_words, DROP COLUMN request_words_of_sender",
        "ALTER TABLE request_message DROP COLUMN request_words",
        "DROP FUNCTION request_words_of(text)",
    ],
}
