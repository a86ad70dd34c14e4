"""The rooms of the studio that are about articles, opened one by one."""

from flask import Flask

from articles import scheduling
from articles.links import views as links
from articles.studio import (
    addresses,
    beginning,
    category,
    checking,
    desk,
    desk_lists,
    editor,
    ending,
    history,
    keeping,
    listing,
    palette,
    people_rights,
    picking,
    previews,
    publication,
    reviewing,
    rooms,
    templates,
    tongues,
    translate,
    translations,
    undo,
    uploads,
    verify_views,
)
from kb.audit import models as _audit  # noqa: F401  # its table


def init_app(app: Flask) -> None:
    """Serve every room."""
    scheduling.init_app(app)
    for room in (
        category,
        addresses,
        translations,
        translate,
        tongues,
        checking,
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
        desk,
        desk_lists,
        verify_views,
        links,
        publication,
        ending,
        reviewing,
        history,
        previews,
        people_rights,
    ):
        room.init_app(app)
