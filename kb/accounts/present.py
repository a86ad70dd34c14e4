"""Who is there: the person whose request is being answered."""

from flask_security import current_user


def who() -> str:
    """Return the name that revisions, notes and comments show."""
    return str(current_user.shown_name)
