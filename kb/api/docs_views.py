"""The pages that explain the API, made of its own description and served by the site itself."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

import markdown
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
)
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from limits import parse
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from kb.api.document import openapi
from kb.api.operations import PREFIX
from kb.api.problems import KINDS, NAMED
from kb.api.reference import groups, things
from kb.api.scopes import WORDS
from kb.formats import shown_number
from kb.locales import current_locale, settings

CACHE_CONTROL = "public, max-age=0, s-maxage=60, must-revalidate"
RATES: Mapping[str, LazyString] = {
    "second": _l("%(count)s per second"),
    "minute": _l("%(count)s per minute"),
    "hour": _l("%(count)s per hour"),
    "day": _l("%(count)s per day"),
}
MOST_PAGES = 16  # in memory: languages and names of the host

blueprint = Blueprint("api_docs", __name__, url_prefix=PREFIX)


@blueprint.get("/openapi.json")
def openapi_json() -> AnyResponse:
    """Give the description of the API, as OpenAPI 3.1 writes it."""
    response = make_response(openapi(_app()))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return _public(response)


@blueprint.get("/")
def documentation() -> AnyResponse:
    """Show what the API can do."""
    # A sixth of a second to make, and the same until the program changes.
    known: dict[tuple[str, str], str] = _app().extensions.setdefault("kb_api_pages", {})
    key = current_locale(), _root()
    if key not in known:
        if len(known) >= MOST_PAGES:  # whoever asks chooses the name of the host
            known.clear()
        known[key] = _documentation()
    return _page(known[key])


def _documentation() -> str:
    document = openapi(_app())
    return render_template(
        "api/documentation.html",
        groups=groups(document, _root(), _there()),
        things=things(document),
        scopes=WORDS,
        root=_root(),
        per_key=_rate(settings().api_limit),
        per_address=_rate(settings().api_public_limit),
        version=document["info"]["version"],
    )


def _there() -> dict[str, str]:
    """Return things that everybody may read on this site, for the examples."""
    found: dict[str, str] = {}
    for name, ask in _app().extensions.get("kb_api_things", {}).items():
        found |= {name: thing} if (thing := ask()) else {}
    return found


def show_by(app: Flask, name: str, ask: Callable[[], str | None]) -> None:
    """Let examples name a thing that is there, such as `articles/key`: what `ask` returns."""
    app.extensions.setdefault("kb_api_things", {})[name] = ask


def _rate(limit: str) -> str:
    """Return a limit in words; one over several hours or minutes as it is set."""
    item = parse(limit)
    words = RATES.get(item.GRANULARITY.name)
    if words is None or item.multiples != 1:
        return limit
    return str(words) % {"count": shown_number(item.amount)}


@blueprint.get("/problems/")
def problems() -> AnyResponse:
    """List what may go wrong."""
    return _page(render_template("api/problems.html", kinds=KINDS, chosen=None))


@blueprint.get("/problems/<name>")
def problem(name: str) -> AnyResponse:
    """Explain one kind of problem: this is the address that answers name as its type."""
    if name not in NAMED:
        abort(HTTPStatus.NOT_FOUND)
    return _page(render_template("api/problems.html", kinds=[NAMED[name]], chosen=NAMED[name]))


def said(text: str) -> Markup:
    """Return a description, which stands in the code of this site, as HTML."""
    return Markup(markdown.markdown(text))  # noqa: S704


def said_inline(text: str) -> Markup:
    """Return a description of one paragraph, without it being one."""
    return Markup(said(text).removeprefix("<p>").removesuffix("</p>"))  # noqa: S704


def _page(html: str) -> AnyResponse:
    response = make_response(html)
    response.vary.add("Accept-Language")
    return _public(response)


def _public(response: Response) -> AnyResponse:
    response.headers["Cache-Control"] = CACHE_CONTROL
    response.add_etag()
    return response.make_conditional(request)


def _root() -> str:
    return settings().site_url.rstrip("/") or request.url_root.rstrip("/")


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def init_app(app: Flask) -> None:
    """Serve the pages."""
    app.register_blueprint(blueprint)
    app.jinja_env.filters["api_said"] = said
    app.jinja_env.filters["api_said_inline"] = said_inline
