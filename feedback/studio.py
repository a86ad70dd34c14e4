"""The first page of the studio: what there is, for the role of its reader."""

from flask import Blueprint, Flask, make_response, render_template
from flask_security import current_user
from werkzeug.wrappers import Response as AnyResponse

from kb.rights import Right, holds, requires

blueprint = Blueprint("studio", __name__, url_prefix="/studio")


@blueprint.get("/")
@requires(Right.READ_STUDIO)
def home() -> AnyResponse:
    """Show everybody who signs in what there is for their role."""
    html = render_template(
        "studio_home.html", may_see_reports=holds(current_user, Right.SEE_REPORTS)
    )
    response = make_response(html)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def init_app(app: Flask) -> None:
    """Serve the first page of the studio."""
    app.register_blueprint(blueprint)
