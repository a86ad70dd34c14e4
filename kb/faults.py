"""What stops a command though the program is right: said in a line, with what to do about it."""

import sqlite3
from errno import EACCES, EEXIST, ENOSPC, ENOTDIR, EPERM, EROFS
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from kb.config import Settings, problems
from kb.disk import Refusal, refusal_of
from kb.health import reason

_OF_A_PLACE = {EACCES, EEXIST, ENOSPC, ENOTDIR, EPERM, EROFS}
_STRUCTURE = "`kb serve` and `kb worker` bring it to the newest structure."
_LACKS_STRUCTURE = {"42P01", "42703"}  # PostgreSQL's marks: no such table, no such column
_ADVICE = (  # by what SQLite says
    (("no such table", "no such column"), _STRUCTURE),
    (("not a database", "malformed"), "Restore the file from a copy."),
    (("locked",), "Another program holds it: try again in a moment."),
    (("disk is full",), "Make room on the disk, then try again."),
    (("readonly", "unable to open"), "This user must be able to write the file and its folder."),
)
_OTHERWISE = "See that it runs and that KB_DATABASE_URL names it rightly, then try again."


def told(error: BaseException) -> str:
    """Return what an operator can mend, in their words; empty where it is a fault of the program."""
    if isinstance(error, ValueError) and (found := problems(error)):
        return "\n".join(f"{name}: {why}" for name, why in found)
    if isinstance(error, DBAPIError):
        return of_database(error) if _is_of_the_server(error) else ""
    if isinstance(error, OSError) and error.errno in _OF_A_PLACE and error.filename:
        return f"{error.filename}: {error.strerror}.{_where_it_is_kept(Path(error.filename))}"
    if isinstance(error, OSError) and refusal_of(error) is Refusal.FULL:  # while a file was written
        return f"{error.strerror}: make room on the disk, then run this again."
    return ""


def of_database(error: SQLAlchemyError) -> str:
    """Return what the database says, which it is (without its password), and what to do."""
    said = reason(error)
    end = "" if said.endswith((".", "?", "!")) else "."
    return f"The database {_address()} says: {said}{end} {_advice(error) or _OTHERWISE}"


def _is_of_the_server(error: DBAPIError) -> bool:
    """Tell what the database as a whole cannot do from what was asked of it wrongly."""
    is_postgresql = hasattr(error.orig, "sqlstate")
    return bool(_advice(error)) or (is_postgresql and isinstance(error, OperationalError))


def _advice(error: SQLAlchemyError) -> str:
    if getattr(getattr(error, "orig", None), "sqlstate", "") in _LACKS_STRUCTURE:
        return _STRUCTURE
    if not isinstance(error.__cause__, sqlite3.Error):
        return ""
    said = reason(error)
    return next((advice for signs, advice in _ADVICE if any(sign in said for sign in signs)), "")


def _where_it_is_kept(path: Path) -> str:
    home = Settings().home
    if path != home and home not in path.parents:
        return ""
    return " What the site keeps is in KB_HOME: a folder that this user can write, with room left."


def _address() -> str:
    return make_url(Settings().resolved_database_url).render_as_string(hide_password=True)
