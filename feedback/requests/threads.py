"""The customer's page of a request."""

from flask import Blueprint, Flask, abort
from werkzeug.wrappers import Response as AnyResponse

from kb.extensions import csrf

blueprint = Blueprint("threads", __name__)
csrf.exempt(blueprint)


@blueprint.get("/<locale:locale>/requests/<reference>")
def thread(reference: str) -> AnyResponse:
    """Show a request to its customer."""
    abort(404, reference)


@blueprint.get("/<locale:locale>/requests/<reference>/open/<secret>")
def link(reference: str, secret: str) -> AnyResponse:
    """Show a page with the one button that opens a link."""
    abort(404, reference + secret)


def init_app(app: Flask) -> None:
    """Serve the customer's page."""
    app.register_blueprint(blueprint)
