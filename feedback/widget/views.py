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
    # The page cache zips what it keeps; an address with a query, or a site without it, gets it from here.
    is_ours = not pagecache.zips(request.environ)
    is_zipped = is_ours and request.accept_encodings["gzip"] > 0
    response: Response = make_response(made.zipped if is_zipped else made.body)
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"
    if is_ours:
        response.vary.add("Accept-Encoding")
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = CACHE_CONTROL
    # Pages that let in only what says so (COEP) may load it, with integrity or without.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(f"{made.etag}-gz" if is_zipped else made.etag)
    return response.make_conditional(request)


def init_app(app: Flask) -> None:
    """Serve the widget, and its room in the studio."""
    app.register_blueprint(blueprint)
    for part in (reading_views, voting_views, surveys):
        app.register_blueprint(part.blueprint)
    contact_views.init_app(app)
    studio.init_app(app)
    pagecache.depends_on(app, allowed_origins)
