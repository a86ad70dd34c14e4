"""The widget: one script for other sites, and what it asks once it is opened."""

from flask import Blueprint, Flask, Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from articles.views import site_root
from feedback.widget import contact_views, reading_views, studio, surveys, voting_views, words
from feedback.widget.script import script
from feedback.widget.sites import allowed_origins, fingerprint
from kb import pagecache
from kb.locales import settings

# Browsers ask again after five minutes, and no page waits for the answer.
CACHE_CONTROL = "public, max-age=300, stale-while-revalidate=86400"

blueprint = Blueprint("widget", __name__)


@blueprint.get("/widget.js")
def source() -> AnyResponse:
    """Give the script: the same for every page and visitor."""
    config = settings()
    made = script(
        {
            "home": f"{site_root()}/",
            "locale": config.default_locale,
            "hue": config.accent_hue,
            "words": words.at_once(),
            "sites": sorted(fingerprint(each) for each in allowed_origins()),
        }
    )
    response: Response = make_response(made.body)
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = CACHE_CONTROL
    # Pages that let in only what says so (COEP) may load it, with integrity or without.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(made.etag)  # the page cache keeps it, and sends it zipped
    return response.make_conditional(request)


def init_app(app: Flask) -> None:
    """Serve the widget, and its room in the studio."""
    app.register_blueprint(blueprint)
    for part in (reading_views, voting_views, surveys):
        app.register_blueprint(part.blueprint)
    contact_views.init_app(app)
    studio.init_app(app)
    pagecache.depends_on(app, allowed_origins)
