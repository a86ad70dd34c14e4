"""The help desk in the application (its page comes with it)."""

from flask import Blueprint, Flask

from feedback.helpdesk import connections
from kb.rights import Right, requires

blueprint = Blueprint("help_desk", __name__, url_prefix="/studio/help-desk")


@blueprint.get("")
@requires(Right.CONNECT)
def overview() -> str:
    """Show."""
    return ""


def init_app(app: Flask) -> None:
    """Serve."""
    app.register_blueprint(blueprint)
    app.register_blueprint(connections.blueprint)
