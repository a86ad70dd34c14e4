"""SVG files: what may stay in a drawing, and how large it is. Plain Python."""

import re
from xml.etree import ElementTree

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_DROPPED = {
    "script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener",
    "set",  # with animate*, could write an address into a link after the fact
}  # fmt: skip
_EXTERNAL_STYLE = re.compile(r"@import|url\(\s*['\"]?(?!#)|expression\(|javascript:", re.IGNORECASE)
_OWN_REFERENCE = re.compile(r"#|data:image/(?:png|jpeg|gif|webp);")
_LENGTH = re.compile(r"([\d.]+)(?:px)?\s*$")
_MAX_SIDE = 20_000


class UnsafeDrawing(ValueError):
    """The drawing cannot be made safe, or is no drawing; the message says why."""


def clean_svg(content: bytes) -> bytes:
    """Return the drawing without scripts, event handlers and references to anything outside it.

    A drawing that has none comes back byte for byte. Raises `UnsafeDrawing`.
    """
    if re.search(rb"<!(?:DOCTYPE[^>]*\[|ENTITY)", content, re.IGNORECASE):
        raise UnsafeDrawing("an SVG that declares entities is refused")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  # without entities, nothing expands
    except (ElementTree.ParseError, ValueError, LookupError) as reason:
        raise UnsafeDrawing("not a readable SVG") from reason
    if _local(root.tag) != "svg":
        raise UnsafeDrawing("not an SVG drawing")
    if not _clean(root):
        return content
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    cleaned: bytes = ElementTree.tostring(root, encoding="utf-8")
    return cleaned


def _local(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _clean(element: ElementTree.Element) -> bool:
    """Remove in place what may not stay; tell whether anything was."""
    changed = False
    for name, value in list(element.attrib.items()):
        if not _attribute_may_stay(_local(name), value):
            del element.attrib[name]
            changed = True
    for child in list(element):
        name = _local(child.tag)
        unsafe = name in _DROPPED or (name.startswith("animate") and _aims_at_link(child))
        if unsafe or (name == "style" and _EXTERNAL_STYLE.search(child.text or "")):
            element.remove(child)
            changed = True
        else:
            changed |= _clean(child)
    return changed


def _aims_at_link(element: ElementTree.Element) -> bool:
    return element.get("attributeName", "").lower().endswith("href")


def _attribute_may_stay(name: str, value: str) -> bool:
    if name.startswith("on"):
        return False
    if name in {"href", "src"}:
        return bool(_OWN_REFERENCE.match(value.strip()))
    return not _EXTERNAL_STYLE.search(value)


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
