"""SVG files: what may stay in a drawing, and how large it is. Plain Python.

An allow-list of elements and attributes, as for HTML. What is not on it goes, an element with all
that is inside it. A drawing is shown as an image, in which browsers run nothing, and by itself under
a policy that forbids everything; this is the first of three locks.
"""

import re
from xml.etree import ElementTree
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset(
    {
        "a", "animate", "animatemotion", "animatetransform", "circle", "clippath", "defs", "desc",
        "ellipse", "feblend", "fecolormatrix", "fecomponenttransfer", "fecomposite",
        "feconvolvematrix", "fediffuselighting", "fedisplacementmap", "fedistantlight",
        "fedropshadow", "feflood", "fefunca", "fefuncb", "fefuncg", "fefuncr", "fegaussianblur",
        "femerge", "femergenode", "femorphology", "feoffset", "fepointlight", "fespecularlighting",
        "fespotlight", "fetile", "feturbulence", "filter", "g", "image", "line", "lineargradient",
        "marker", "mask", "mpath", "path", "pattern", "polygon", "polyline", "radialgradient",
        "rect", "stop", "style", "svg", "switch", "symbol", "text", "textpath", "title", "tspan",
        "use", "view",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {
        # geometry and structure
        "class", "clippathunits", "cx", "cy", "d", "dx", "dy", "fill-opacity", "fr", "fx", "fy",
        "gradienttransform", "gradientunits", "height", "href", "id", "lengthadjust",
        "markerheight", "markerunits", "markerwidth", "maskcontentunits", "maskunits", "method",
        "offset", "orient", "pathlength", "patterncontentunits", "patterntransform",
        "patternunits", "points", "preserveaspectratio", "primitiveunits", "r", "refx", "refy",
        "role", "rotate", "rx", "ry", "side", "space", "spacing", "spreadmethod", "startoffset",
        "style", "systemlanguage", "tabindex", "textlength", "transform", "transform-origin",
        "type", "version", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2", "lang",
        "baseprofile", "filterunits", "requiredfeatures", "media", "xmlns", "focusable",
        # look
        "alignment-baseline", "baseline-shift", "clip", "clip-path", "clip-rule", "color",
        "color-interpolation", "color-interpolation-filters", "color-rendering", "cursor",
        "direction", "display", "dominant-baseline", "enable-background", "fill", "fill-rule",
        "filter", "flood-color", "flood-opacity", "font", "font-family", "font-feature-settings",
        "font-kerning", "font-size", "font-size-adjust", "font-stretch", "font-style",
        "font-variant", "font-weight", "image-rendering", "isolation", "kerning", "letter-spacing",
        "lighting-color", "marker", "marker-end", "marker-mid", "marker-start", "mask",
        "mix-blend-mode", "opacity", "overflow", "paint-order", "pointer-events",
        "shape-rendering", "stop-color", "stop-opacity", "stroke", "stroke-dasharray",
        "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-opacity", "stroke-width", "text-anchor", "text-decoration", "text-rendering",
        "unicode-bidi", "vector-effect", "visibility", "white-space", "word-spacing",
        "writing-mode",
        # filters
        "amplitude", "azimuth", "basefrequency", "bias", "diffuseconstant", "divisor", "edgemode",
        "elevation", "exponent", "in", "in2", "intercept", "k1", "k2", "k3", "k4", "kernelmatrix",
        "kernelunitlength", "limitingconeangle", "mode", "numoctaves", "operator", "order",
        "pointsatx", "pointsaty", "pointsatz", "preservealpha", "radius", "result", "scale",
        "seed", "slope", "specularconstant", "specularexponent", "stddeviation", "stitchtiles",
        "surfacescale", "tablevalues", "targetx", "targety", "xchannelselector",
        "ychannelselector", "z",
        # motion
        "accumulate", "additive", "attributename", "attributetype", "begin", "by", "calcmode",
        "dur", "end", "from", "keypoints", "keysplines", "keytimes", "max", "min", "path",
        "repeatcount", "repeatdur", "restart", "to", "values",
    }
)  # fmt: skip
# Moved after the fact, these would be what a drawing must not have.
_NEVER_MOVED = re.compile(r"(?:.*:)?href$|on|style$|class$", re.IGNORECASE)
# A backslash could write any of the others in a way that nobody recognises.
_UNSAFE_STYLE = re.compile(
    r"\\|@(?!media\b|keyframes\b|-webkit-keyframes\b|charset\b)|url\(\s*['\"]?(?!\s*#)"
    r"|(?:image|image-set|src|expression|paint)\(|(?:java|vb)script:|behaviou?r\s*:|-moz-binding",
    re.IGNORECASE,
)
_OWN_PART = re.compile(r"#")
_OWN_PICTURE = re.compile(r"#|data:image/(?:png|jpeg|gif|webp);")
_LENGTH = re.compile(r"([\d.]+)(?:px)?\s*$")
_MAX_SIDE = 20_000
MAX_DEPTH = 200  # elements inside each other; a drawing program makes some ten


class UnsafeDrawing(ValueError):
    """The drawing cannot be made safe, or is no drawing; the message says why."""


def clean_svg(content: bytes) -> bytes:
    """Return the drawing without scripts, event handlers and references to anything outside it.

    A drawing that has none comes back byte for byte. Raises `UnsafeDrawing`.
    """
    has_instructions = _look_through(content)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  # without entities, nothing expands
    except (ElementTree.ParseError, ValueError, LookupError) as reason:
        raise UnsafeDrawing("not a readable SVG") from reason
    if _local(root.tag) != "svg":
        raise UnsafeDrawing("not an SVG drawing")
    if not (_clean(root) or has_instructions):
        return content
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    cleaned: bytes = ElementTree.tostring(root, encoding="utf-8")
    return cleaned


def _look_through(content: bytes) -> bool:
    """Refuse what a tree would not show: entities, defaults, endless nesting; whatever the encoding.

    Tell whether there are processing instructions, such as one that names a style sheet.
    """
    depth = deepest = instructions = 0

    def opened(*_: object) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)
        if deepest > MAX_DEPTH:
            raise UnsafeDrawing(f"an SVG nested more than {MAX_DEPTH} deep is refused")

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise UnsafeDrawing("an SVG that declares entities is refused")

    def instructed(*_: object) -> None:
        nonlocal instructions
        instructions += 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.EntityDeclHandler = parser.AttlistDeclHandler = declared
    parser.ProcessingInstructionHandler = instructed
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as reason:
        if isinstance(reason, UnsafeDrawing):
            raise
        raise UnsafeDrawing("not a readable SVG") from reason
    return instructions > 0


def _local(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _namespace(tag: object) -> str:
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag[:1] == "{" else ""


def _clean(element: ElementTree.Element) -> bool:
    """Remove in place what may not stay; tell whether anything was."""
    changed = False
    for name, value in list(element.attrib.items()):
        if not _attribute_may_stay(_local(element.tag), name, value):
            del element.attrib[name]
            changed = True
    for child in list(element):
        if _may_stay(child):
            changed |= _clean(child)
        else:
            _remove(element, child)
            changed = True
    return changed


def _remove(element: ElementTree.Element, child: ElementTree.Element) -> None:
    """Take an element out; the text behind it belongs to what stays."""
    place = list(element).index(child)
    if child.tail and child.tail.strip():
        before = element[place - 1] if place else None
        if before is None:
            element.text = (element.text or "") + child.tail
        else:
            before.tail = (before.tail or "") + child.tail
    element.remove(child)


def _may_stay(element: ElementTree.Element) -> bool:
    name = _local(element.tag)
    if name not in _ELEMENTS or _namespace(element.tag) not in {_SVG, ""}:
        return False
    if name.startswith("animate"):
        return not _NEVER_MOVED.match(element.get("attributeName", "").strip())
    return name != "style" or not (len(element) or _UNSAFE_STYLE.search(element.text or ""))


def _attribute_may_stay(element: str, name: str, value: str) -> bool:
    local = _local(name)
    if _namespace(name) not in {"", _XLINK, _XML}:
        return False
    if local == "href":
        allowed = _OWN_PICTURE if element in {"image", "feimage"} else _OWN_PART
        return bool(allowed.match(value.strip()))
    known = local in _ATTRIBUTES or local.startswith(("aria-", "data-"))
    if _namespace(name) == _XLINK:
        return local in {"title", "type"}
    return known and not _UNSAFE_STYLE.search(value)


def svg_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height in CSS pixels, from the attributes or else the view box."""
    root = ElementTree.fromstring(content)  # noqa: S314  # checked by clean_svg before
    width, height = (_LENGTH.match(root.get(side, "").strip()) for side in ("width", "height"))
    sides = [match[1] for match in (width, height) if match]
    if len(sides) < 2:
        sides = re.split(r"[\s,]+", root.get("viewBox", "").strip())[2:]
    try:
        across, down = (round(float(side)) for side in sides)
    except (ValueError, OverflowError):
        return None
    return (across, down) if 0 < across <= _MAX_SIDE and 0 < down <= _MAX_SIDE else None
