"""The rooms of the studio that are about articles, opened one by one."""

from flask import Flask

from articles.links import models as _links  # noqa: F401  # its tables
from articles.studio import (
    beginning,
    category,
    editor,
    keeping,
    listing,
    palette,
    picking,
    rooms,
    templates,
    undo,
    uploads,
)
from kb.audit import models as _audit  # noqa: F401  # its table


def init_app(app: Flask) -> None:
    """Serve every room."""
    for room in (
        category,
        editor,
        keeping,
        picking,
        uploads,
        beginning,
        templates,
        palette,
        rooms,
        undo,
        listing,
    ):
        room.init_app(app)
