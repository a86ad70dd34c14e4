"""Mails that a mail server has piped, on disk until the worker takes them in: nothing but files.

`kb mail receive` starts for each mail, so this module imports of the standard library only, and little
of it. A mail is whole under its name or not there; its name tells when it came and how often somebody
has begun to take it in and never come back.
"""

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

FOLDER = Path("mail", "arrived")  # in the home folder
MAX_BYTES = 100_000_000  # of a mail with its files; a mail server seldom lets through half of it
LEAST_FREE_BYTES = 64 * 2**20  # left to the database on the same disk
READ_BYTES = 1 << 18
UNFINISHED = ".part"
UNFINISHED_SECONDS = 86_400.0  # no mail server pipes for as long

_NAME = re.compile(r"(?P<came>\d{20})-(?P<mark>[0-9a-f-]+)\.(?P<tries>\d{1,3})\.eml")


class NotKept(Exception):
    """A mail that cannot be kept now; whoever brought it should bring it again."""


class TooLarge(Exception):
    """A mail that will never be kept; whoever wrote it should be told."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that waits. `tries`: how often somebody has begun to take it in and has not ended."""

    came_ns: int  # since 1970
    mark: str
    tries: int = 0

    @property
    def name(self) -> str:
        """The name of its file: in the order of names, the oldest is first."""
        return f"{self.came_ns:020d}-{self.mark}.{self.tries}.eml"


def home() -> Path:
    """Return the home folder as the settings of the site do, without reading any other of them."""
    named = (value for name, value in os.environ.items() if name.upper() == "KB_HOME")
    return Path(next(named, "var"))


class Arrivals:
    """The mails that wait in one home folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home.resolve() / FOLDER

    def prepare(self) -> None:
        """Make the folder: the site does so, and its being there tells `keep` that this is its home."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def keep(self, stream: BinaryIO) -> Arrival:
        """Write a mail, and return once it would outlive a power cut.

        Raises `NotKept` or `TooLarge`; then nothing of it is there.
        """
        self._check()
        made = Arrival(time.time_ns(), f"{os.getpid():x}-{os.urandom(4).hex()}")
        partial = self.folder / f"{made.name}{UNFINISHED}"
        try:
            _write(partial, stream)
            partial.replace(self.folder / made.name)
            _sync(self.folder)
        except OSError as error:
            raise NotKept(f"{partial}: {error.strerror or error}") from error
        finally:
            with suppress(OSError):
                partial.unlink()
        return made

    def _check(self) -> None:
        try:
            found = self.folder.stat()
            disk = os.statvfs(self.folder)
        except FileNotFoundError as error:
            raise NotKept(
                f"{self.folder} is not there: KB_HOME must name the home folder of the site, "
                "which makes it when it starts"
            ) from error
        except OSError as error:
            raise NotKept(f"{self.folder}: {error.strerror}") from error
        if found.st_uid != os.geteuid():
            raise NotKept(
                f"{self.folder} belongs to user {found.st_uid}, and this is user {os.geteuid()}: "
                "pipe to the user that runs the site"
            )
        if disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES:
            raise NotKept(f"{self.folder}: less than {LEAST_FREE_BYTES >> 20} MB are free")

    def all(self) -> list[Arrival]:
        """Return what waits, the oldest first; nothing where no mail was ever piped."""
        try:
            names = sorted(os.listdir(self.folder))  # noqa: PTH208 - asked each second
        except FileNotFoundError:
            return []
        found = (_NAME.fullmatch(name) for name in names)
        return [
            Arrival(int(each["came"]), each["mark"], int(each["tries"])) for each in found if each
        ]

    def begin(self, arrival: Arrival) -> Arrival:
        """Note that somebody takes a mail in: where they are killed, the note stays."""
        return self._renamed(arrival, arrival.tries + 1)

    def put_back(self, arrival: Arrival) -> Arrival:
        """Take the note back: the mail was not at fault."""
        return self._renamed(arrival, max(arrival.tries - 1, 0))

    def _renamed(self, arrival: Arrival, tries: int) -> Arrival:
        other = replace(arrival, tries=tries)
        (self.folder / arrival.name).replace(self.folder / other.name)
        return other

    def read(self, arrival: Arrival) -> bytes:
        """Return a mail as it came."""
        return (self.folder / arrival.name).read_bytes()

    def done(self, arrival: Arrival) -> None:
        """Forget a mail that stands in the database."""
        (self.folder / arrival.name).unlink()

    @contextmanager
    def taking(self) -> Iterator[bool]:
        """Hold the right to take in; yields whether nobody else has it. It ends with the process."""
        self.prepare()
        with (self.folder / "lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def sweep(self) -> None:
        """Erase beginnings of mails whose process was killed: their mail server has brought them again."""
        for path in self.folder.glob(f"*{UNFINISHED}"):
            with suppress(FileNotFoundError):  # finished or swept meanwhile
                if path.stat().st_mtime < time.time() - UNFINISHED_SECONDS:
                    path.unlink()


def _write(path: Path, stream: BinaryIO) -> None:
    size = 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        while piece := stream.read(READ_BYTES):
            size += len(piece)
            if size > MAX_BYTES:
                raise TooLarge(f"a mail of more than {MAX_BYTES // 1_000_000} MB is read by nobody")
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Let the name of a file outlive a power cut, as its content does."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
