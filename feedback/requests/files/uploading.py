"""Which addresses may be sent files, and how much at once: elsewhere a request ends at a megabyte."""

from typing import Any

from flask import Flask, request

from feedback.requests.files.inspecting import MAX_FILE_BYTES, MAX_TOTAL_BYTES, MEGABYTE

ROOM_FOR_WORDS = 2 * MEGABYTE
ONE_FILE = MAX_FILE_BYTES + ROOM_FOR_WORDS
# More than is taken: what is too much is refused in words, with the message kept.
WHOLE_MESSAGE = 2 * MAX_TOTAL_BYTES + ROOM_FOR_WORDS

_KEY = "kb_room_for_files"


def make_room(app: Flask, endpoint: str, limit: int = WHOLE_MESSAGE) -> None:
    """Let an endpoint take `limit` bytes in one request; larger files go to disk while they come in."""
    app.extensions.setdefault(_KEY, {})[endpoint] = limit


def init_app(app: Flask) -> None:
    """Raise the limits before anything reads the form."""

    @app.url_value_preprocessor
    def raise_limits(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        limit = app.extensions.get(_KEY, {}).get(endpoint)
        if limit is not None and request.method == "POST":
            request.max_content_length = limit
            request.max_form_memory_size = ROOM_FOR_WORDS
