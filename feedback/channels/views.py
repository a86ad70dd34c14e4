"""Where the channels meet the site: their rooms, the page of a chat, and what templates ask."""

from flask import Flask

from feedback.channels import chat, now, offers, studio, topics_studio
from kb import pagecache


def init_app(app: Flask) -> None:
    """Serve the rooms, and give templates the ways to reach a person."""
    for part in (studio, topics_studio, chat, now):
        part.init_app(app)
    pagecache.depends_on(app, offers.state)
    app.jinja_env.globals.update(
        contact_offers=offers.offers_now,
        lasting_offers=offers.lasting_offers,
        next_change=offers.next_change,
    )
