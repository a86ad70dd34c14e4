"""One style sheet and the script modules, under addresses that change with their content."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from flask import Flask, Response, abort, make_response

from kb.config import Settings

STATIC = Path(__file__).parent / "static"
STYLE_LAYERS = ("tokens", "base", "components", "pages")
FOREVER = "public, max-age=31536000, immutable"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_COMMENT = {
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"^[ \t]*(?://.*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.MULTILINE),
}
_IMPORTED = re.compile(
    r'(?P<said>^(?:import|export)\b[^"\n]*)"\./(?P<name>[\w-]+\.js)"', re.MULTILINE
)
_MARGIN = re.compile(r"^[ \t]+|\n(?=\s*\n)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to be sent."""

    body: bytes
    media_type: str
    digest: str

    def address(self, name: str) -> str:
        """Return where it is found under a name, as long as its content is this."""
        return f"/assets/{self.digest}/{name}"


def _asset(name: str, body: bytes) -> Asset:
    return Asset(body, MEDIA_TYPES[Path(name).suffix], hashlib.sha256(body).hexdigest()[:12])


def lean(text: str, suffix: str = ".css") -> str:
    """Return a style sheet or a script without comments and margins, which readers do not need.

    Of a script only comments that have lines to themselves go; a test sees to it that no text runs over
    the end of its line.
    """
    if suffix in _COMMENT:
        text = _MARGIN.sub("", _COMMENT[suffix].sub("", text)).lstrip()
    return text


def _scripts(texts: Mapping[str, str]) -> dict[str, Asset]:
    """Return the scripts by name, each naming those that it imports by their own addresses.

    So a module that several import is loaded once and runs once, and may be kept as long as it is this;
    an address beside the importer's own would be another module for each of them. Raises
    `graphlib.CycleError` where scripts import each other in a circle.
    """
    imports = {name: {each["name"] for each in _IMPORTED.finditer(texts[name])} for name in texts}
    assets: dict[str, Asset] = {}

    def address(match: re.Match[str]) -> str:
        return f'{match["said"]}"{assets[match["name"]].address(match["name"])}"'

    for name in TopologicalSorter(imports).static_order():
        assets[name] = _asset(name, _IMPORTED.sub(address, texts[name]).encode())
    return assets


def _theme(settings: Settings) -> str:
    return f":root {{ --hue: {settings.accent_hue}; }}\n"


def load(settings: Settings) -> dict[str, Asset]:
    """Return every asset by name; the style layers are joined in their order, the theme last."""
    layers = [lean((STATIC / "css" / f"{layer}.css").read_text()) for layer in STYLE_LAYERS]
    assets = {"site.css": _asset("site.css", "\n".join([*layers, _theme(settings)]).encode())}
    # What few pages need is no weight for readers.
    sheets = sorted((STATIC / "css").glob("*.css"))
    sheets_apart = [each for each in sheets if each.stem not in STYLE_LAYERS]
    sheets_apart += sorted((STATIC / "css" / "studio").glob("*.css"))
    # Those of the studio lie in a folder of their own; those of the widget become one script.
    scripts = sorted(each for each in (STATIC / "js").rglob("*.js") if each.parent.name != "widget")
    pictures = sorted((STATIC / "img").glob("*.svg"))
    for path in [*sheets_apart, *pictures]:
        assets[path.name] = _asset(path.name, lean(path.read_text(), path.suffix).encode())
    assets |= _scripts({each.name: lean(each.read_text(), ".js") for each in scripts})
    if settings.logo:
        logo = Path(settings.logo)
        assets[f"logo{logo.suffix}"] = _asset(logo.name, logo.read_bytes())
    return assets


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the assets, and give templates `asset(name)` and `logo`."""
    assets = load(settings)
    app.extensions["kb_assets"] = assets

    def asset(name: str) -> str:
        return assets[name].address(name)

    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["logo"] = next((n for n in assets if n.startswith("logo.")), None)

    @app.get("/assets/<digest>/<name>")
    def send_asset(digest: str, name: str) -> Response:
        found = assets.get(name)
        if found is None:
            abort(404)
        response = make_response(found.body)
        response.mimetype, _, _ = found.media_type.partition(";")
        # An address from an older release gets the present file, but must not keep it.
        response.headers["Cache-Control"] = FOREVER if digest == found.digest else "no-cache"
        response.set_etag(found.digest)  # the page cache keeps it, and sends it zipped
        return response

    @app.get("/favicon.ico")
    def favicon() -> Response:
        response = make_response(assets["favicon.svg"].body)
        response.mimetype = assets["favicon.svg"].media_type
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response
