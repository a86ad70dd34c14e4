"""A link that should have named its customer, and does not: the page says so, once, and to nobody else."""

from flask import Flask, Response, request

from kb.caching import KEPT_BY_NOBODY
from kb.customers.keys import all_keys

ARGUMENT = "unknown"  # of the address that the link leads on to
VALUE = "1"


def argument() -> list[tuple[str, str]]:
    """Return what the address says after a refused token; nothing where the site knows no customers."""
    return [(ARGUMENT, VALUE)] if all_keys() else []


def is_told() -> bool:
    """Tell whether the page at hand is that to which a refused token has led."""
    return request.args.get(ARGUMENT) == VALUE


def _keep_apart(response: Response) -> Response:
    if is_told():
        response.headers["Cache-Control"] = KEPT_BY_NOBODY
    return response


def init_app(app: Flask) -> None:
    """Say so on pages, which no cache keeps then."""
    app.jinja_env.globals["is_told_unknown"] = is_told
    app.after_request(_keep_apart)
