"""How much the studio's forms may send: whole texts, so that a long one is refused in words.

Elsewhere a request of a megabyte ends before anybody looks at it; here the page that comes back has
to hold every character, and say how many there are.
"""

from typing import Any

from flask import Flask, request

# A text of 1 MB, each character of which may take twelve bytes in a form.
TEXT_BYTES = 16_000_000
UPLOAD_BYTES = 64_000_000  # files over their own limit are refused with their size
ROOMS = (("/studio/uploads", UPLOAD_BYTES), ("/studio/drafts/", TEXT_BYTES),
         ("/studio/articles/new", TEXT_BYTES), ("/studio/templates", TEXT_BYTES))  # fmt: skip


def init_app(app: Flask) -> None:
    """Raise the limits before anything reads the form."""

    @app.url_value_preprocessor
    def make_room(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
        for path, limit in ROOMS:
            if request.path.startswith(path):
                request.max_content_length = limit
                request.max_form_memory_size = TEXT_BYTES
                return
