"""Files on their way in: the larger ones go to the home folder while the request is read.

Where they cannot, the rest of the request is read all the same: the words of a form come back to their
writer, and whoever reads the file is told why it is not there.
"""

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, cast

import structlog
from flask import Flask, Request

from kb.locales import settings

IN_MEMORY_BYTES = 500_000  # of each file

log = structlog.get_logger(__name__)


class Incoming(io.BufferedIOBase):
    """A file that is written and then read; what the disk refuses is raised by reading, never before."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(  # noqa: SIM115  (closed by close)
            max_size=IN_MEMORY_BYTES, dir=str(folder)
        )
        self._refusal: OSError | None = None

    def write(self, data: bytes) -> int:  # type: ignore[override]  # only bytes come in
        """Take the next bytes; once the disk refused some, all others are dropped."""
        self._kept(lambda: self._file.write(data))
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; what still waits to be written goes to the disk before."""
        return self._kept(lambda: self._file.seek(offset, whence))

    def tell(self) -> int:
        """Return the place."""
        return self._kept(self._file.tell)

    def read(self, size: int | None = -1) -> bytes:
        """Return what came in; raises `OSError` where it could not be kept."""
        if self._refusal is not None:
            raise OSError(self._refusal.errno, self._refusal.strerror) from self._refusal
        return self._file.read(-1 if size is None else size)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def writable(self) -> bool:
        """Tell that it can be written."""
        return True

    def seekable(self) -> bool:
        """Tell that one may go to any place."""
        return True

    def close(self) -> None:
        """Let go of it, and of the room that it took."""
        with suppress(OSError):  # of bytes that nobody will read
            self._file.close()
        super().close()

    def _kept(self, act: Callable[[], int]) -> int:
        if self._refusal is None:
            try:
                return act()
            except OSError as error:
                log.warning("a file that came in could not be kept", reason=str(error))
                self._refusal = error
                with suppress(OSError):
                    self._file.close()  # the room is wanted by others
        return 0


class IncomingRequest(Request):
    """A request whose files are kept as `Incoming`."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002  (what Werkzeug calls it with)
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return cast("IO[bytes]", Incoming(settings().home))


def init_app(app: Flask) -> None:
    """Let requests keep their files so."""
    app.request_class = IncomingRequest
