"""The rooms of the studio that are about articles, opened one by one."""

from flask import Flask

from articles import scheduling
from articles.links import views as links
from articles.studio import desk, desk_lists, palette, people_rights, rooms, undo
from articles.studio.editing import (
    beginning,
    checking,
    editor,
    picking,
    templates,
    uploads,
    while_typing,
)
from articles.studio.languages import panel, translate, translations
from articles.studio.listing import pages as listing
from articles.studio.organising import addresses, category
from articles.studio.publishing import brought, ending, history, previews, publication, reviewing
from articles.studio.verifying import views as verify_views
from kb.audit import models as _audit  # noqa: F401  # its table


def init_app(app: Flask) -> None:
    """Serve every room."""
    scheduling.init_app(app)
    for room in (
        category,
        addresses,
        translations,
        translate,
        panel,
        checking,
        editor,
        picking,
        uploads,
        while_typing,
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
        brought,
        history,
        previews,
        people_rights,
    ):
        room.init_app(app)
