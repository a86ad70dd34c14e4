"""The full-text index of requests, and what is left in it of those that are erased."""

from sqlalchemy import text

from kb.db import db

MERGED_PAGES = 500  # at once: the database is held for some hundredths of a second


def purge() -> None:
    """Take the words of erased requests out of the index for good, a little at a time. Commits.

    SQLite marks words as gone and leaves them in its index until the parts that hold them are merged:
    here all parts are, and what they were in is overwritten. The indexes of PostgreSQL are cleaned with
    their tables, by `VACUUM`, which the server does by itself.
    """
    if db.engine.dialect.name != "sqlite":
        return
    _merged(-MERGED_PAGES)  # begins with all parts; what follows goes on with them
    while _merged(MERGED_PAGES):
        pass


def _merged(pages: int) -> bool:
    """Merge so much; tell whether there was anything to merge, as SQLite's documentation says to."""
    before = _changes()
    db.session.execute(
        text("INSERT INTO request_words(request_words, rank) VALUES ('merge', :pages)"),
        {"pages": pages},
    )
    is_more = _changes() - before > 1
    db.session.commit()
    return is_more


def _changes() -> int:
    return db.session.scalar(text("SELECT total_changes()")) or 0
