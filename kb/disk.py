"""What a disk refuses, itself or through the database: told from faults of the program, for words."""

import errno
from enum import Enum, auto

from sqlalchemy.exc import DBAPIError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Refusal(Enum):
    """Why nothing can be written."""

    FULL = auto()  # there is no room left, or none for a file of this size
    CLOSED = auto()  # read-only, broken or gone


_NUMBERS = {
    **dict.fromkeys(NO_ROOM, Refusal.FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), Refusal.CLOSED),
    **dict.fromkeys((errno.EIO, errno.ENOENT, errno.ENOTDIR), Refusal.CLOSED),
}
_WORDS = {  # of databases, in lower case
    "disk is full": Refusal.FULL,
    "no space left": Refusal.FULL,
    "readonly database": Refusal.CLOSED,
    "disk i/o error": Refusal.CLOSED,
    "unable to open": Refusal.CLOSED,
}


def takes_nothing(error: BaseException) -> bool:
    """Tell, wherever in the program it is raised, that nothing can be written any more.

    A file that is missing or closed to this user may well be a fault of the program itself.
    """
    refusal = refusal_of(error)
    return refusal is Refusal.FULL or (refusal is not None and isinstance(error, DBAPIError))


def refusal_of(error: BaseException) -> Refusal | None:
    """Return why the disk took nothing, None where the trouble is another."""
    if isinstance(error, OSError):
        return _NUMBERS.get(error.errno or 0)
    if not isinstance(error, DBAPIError):
        return None
    said = str(error.orig).casefold()
    return next((each for words, each in _WORDS.items() if words in said), None)
