"""Claims about files that come in where nothing can be kept: words survive, and the reason is told."""

import errno
import io
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from kb.incoming import IN_MEMORY_BYTES, Incoming


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [0, 10, IN_MEMORY_BYTES, 3 * IN_MEMORY_BYTES])
def test_what_came_in_is_read_as_it_came(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    with Incoming(tmp_path) as file:
        for start in range(0, size, 65_536):
            file.write(content[start : start + 65_536])
        file.seek(0)
        assert file.read(5) == content[:5]
        assert file.read() == content[5:]
        file.seek(0, io.SEEK_END)
        assert file.tell() == size
    assert list(tmp_path.iterdir()) == []


def test_what_the_disk_refuses_is_told_by_reading_and_the_words_stay(
    app: Flask, client: FlaskClient
) -> None:
    @app.post("/try-me")
    def tried() -> Response:
        file = request.files["file"]
        with pytest.raises(OSError, match="large") as refused:
            file.read()
        assert refused.value.errno == errno.EFBIG
        return Response(request.form["words"] + request.form["more"])

    parts = (
        (b'name="words"', b"Kept "),
        (b'name="file"; filename="a.txt"', b"x" * int(1.8 * IN_MEMORY_BYTES)),
        (b'name="more"', b"too."),
    )
    body = b"".join(
        b"--edge\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % each for each in parts
    )
    kind = "multipart/form-data; boundary=edge"
    app.config["WTF_CSRF_ENABLED"] = False
    with room_for(int(1.5 * IN_MEMORY_BYTES)):
        answer = client.post("/try-me", data=body + b"--edge--\r\n", content_type=kind)
    assert answer.text == "Kept too."
