"""Reads the examples that call the API with curl, as a test client takes them."""

import io
import shlex
import zipfile
from typing import Any

from PIL import Image

CONTENT = {
    "lamp.svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>',
    "label.pdf": b"%PDF-1.4\n%%EOF\n",
}


def content(name: str) -> bytes:
    """Return what a file of an example holds."""
    made = io.BytesIO()
    if name.endswith(".zip"):
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("en/a-lamp.md", "# A lamp\n\nIt shines.\n")
        return made.getvalue()
    if name.endswith(".png"):
        Image.new("RGB", (9, 9), "red").save(made, "PNG")
        return made.getvalue()
    return CONTENT[name]


def call(line: str, values: dict[str, str]) -> dict[str, Any]:
    """Return what a curl line asks, as a test client takes it."""
    for name, value in values.items():
        line = line.replace(f"${name}", value.replace('"', r"\""))
    words = iter(shlex.split(line.replace("\\\n", " "))[1:])
    asked: dict[str, Any] = {"method": "GET", "headers": {}}
    for word in words:
        if word == "-X":
            asked["method"] = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            asked["headers"][name] = value
        elif word == "-d":
            asked["data"] = next(words)
        elif word == "--data-binary":
            asked["data"] = content(next(words).removeprefix("@"))
        elif word != "-i":
            asked["path"] = word
    return asked
