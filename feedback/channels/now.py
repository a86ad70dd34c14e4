"""The ways to a person as they stand now, for a page that has been open for a while."""

from flask import Blueprint, Flask, render_template
from werkzeug.wrappers import Response as AnyResponse

from kb.caching import private

blueprint = Blueprint("channels_now", __name__)


@blueprint.get("/<locale:locale>/contact/ways")
def ways() -> AnyResponse:
    """Return the parts of the contact page that tell who is there."""
    return private(render_template("feedback/channels/now.html"))


def init_app(app: Flask) -> None:
    """Serve them."""
    app.register_blueprint(blueprint)
