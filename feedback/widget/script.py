"""The script of the widget: small modules joined into one, as small as it gets without a build step.

Modules lie in kb/static/js/widget as ES modules, so that editors understand them; here the lines that
import are dropped, `export` is, and so are comments on lines of their own. Hence the rules that a test
keeps: names are used once in all modules, and no text runs over the end of its line.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from kb.assets import STATIC
from kb.pagecache import GZIP_LEVEL

FOLDER = STATIC / "js" / "widget"
STYLES = FOLDER / "widget.css"
# In the order in which each finds what it builds on.
MODULES = (
    "page", "events", "elements", "asking", "scheme", "shell", "views", "rows", "survey", "timing", "voting",
    "article", "fields", "files", "offers", "receipt", "letter", "ways", "results", "home", "opening", "doors",
)  # fmt: skip

_IMPORT = re.compile(r'^import .* from "\./[a-z]+\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
_MARGIN = re.compile(r"^\s+|\n(?=\n)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Script:
    """The script, ready to be sent."""

    body: bytes
    zipped: bytes
    etag: str


def script(config: Mapping[str, object]) -> Script:
    """Return the script for what the site says of itself."""
    return _made(json.dumps(config, ensure_ascii=False, separators=(",", ":"), sort_keys=True))


@lru_cache(maxsize=4)
def _made(config: str) -> Script:
    body = f'(()=>{{"use strict";\nconst CONFIG={config};\n{program()}\n}})();\n'.encode()
    digest = hashlib.sha256(body).hexdigest()[:16]
    return Script(body, gzip.compress(body, GZIP_LEVEL, mtime=0), digest)


@cache
def program() -> str:
    """Return the modules in their order, with the style sheet as a text."""
    styles = f"const STYLES={json.dumps(_small_styles(STYLES.read_text()))};"
    return "\n".join([styles, *(small((FOLDER / f"{name}.js").read_text()) for name in MODULES)])


def small(source: str) -> str:
    """Return a module as a part of the one script."""
    text = _EXPORT.sub("", _IMPORT.sub("", _COMMENT.sub("", source)))
    return _MARGIN.sub("", text).strip()


def _small_styles(sheet: str) -> str:
    text = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{};,])\s*", r"\1", text).replace(";}", "}").strip()
