"""Files that customers send: what may come in, told by their content. Plain Python.

Pictures are shown; everything else is only ever saved. What a browser would run (HTML, drawings in
SVG), what unpacks into something else (archives) and what carries programs (macros) stays outside.
"""

import io
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, UnidentifiedImageError

from articles.filenames import safe_name, suffix_of
from articles.signatures import is_what_it_says
from feedback.requests.files.photographs import without_position

MEGABYTE = 1_000_000
MAX_FILE_BYTES = 20 * MEGABYTE
MAX_FILES = 8  # with one message
MAX_TOTAL_BYTES = 40 * MEGABYTE  # with one message
MAX_PIXELS = 60_000_000  # a decompression bomb is refused before it is decoded
MAX_MOVING_PIXELS = 400_000_000  # of all frames

# MPO: what telephones make that take several pictures at once; the first one is an ordinary JPEG.
_IMAGES = {
    "AVIF": ("image/avif", ".avif"),
    "GIF": ("image/gif", ".gif"),
    "JPEG": ("image/jpeg", ".jpg"),
    "MPO": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
}
_OPENED = [each for each in _IMAGES if each != "MPO"]  # these open as JPEG, and say so afterwards
_IMAGE_SUFFIXES = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".jfif", ".png", ".webp"})
_OTHERS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".log": "text/plain",
    ".m4a": "audio/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".webm": "video/webm",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MEASURED_AS = {".log": ".txt", ".m4a": ".mp4", ".mov": ".mp4"}
ACCEPTED = ",".join(sorted(_IMAGE_SUFFIXES | _OTHERS.keys()))  # as `accept` of an input wants it
SHOWN = frozenset(
    media_type for media_type, _ in _IMAGES.values()
)  # in a page; the others are saved


# RuntimeError: what the decoder of AVIF says. ValueError beside these: it may be our own.
_UNREADABLE = (UnidentifiedImageError, OSError, SyntaxError, EOFError, LookupError, RuntimeError)


class Refusal(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    KIND = "kind"
    ARCHIVE = "archive"
    DISGUISED = "disguised"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too-many-pixels"
    TOO_MANY = "too-many"
    TOO_MUCH = "too-much"
    TOO_OFTEN = "too-often"
    NO_ROOM = "no-room"


class RefusedFile(ValueError):
    """The file is not taken; `file_words.said` says why in words for its sender."""

    def __init__(self, reason: Refusal, name: str) -> None:
        super().__init__(f"{name}: {reason.value}")
        self.reason = reason
        self.name = name


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept, as it will be: its name made safe, its content without positions."""

    name: str
    media_type: str
    content: bytes


_ARCHIVES = frozenset({".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zip", ".zst"})


def inspect(content: bytes, name: str) -> Checked:
    """Return a file as it may be kept; raises `RefusedFile`."""
    safe, suffix = safe_name(name), suffix_of(name)
    if not content:
        raise RefusedFile(Refusal.EMPTY, safe)
    if len(content) > MAX_FILE_BYTES:
        raise RefusedFile(Refusal.TOO_LARGE, safe)
    if suffix in _ARCHIVES:
        raise RefusedFile(Refusal.ARCHIVE, safe)
    if not suffix:
        suffix = _sniffed(content)
        safe += suffix
    if suffix in _IMAGE_SUFFIXES:
        return _picture(content, safe)
    return _other(content, safe, suffix)


def _sniffed(content: bytes) -> str:
    """Return the suffix of a file without one, as some mail programs send them; empty if unknown."""
    try:
        with Image.open(io.BytesIO(content), formats=_OPENED) as image:
            return _IMAGES[image.format or ""][1]
    except (*_UNREADABLE, ValueError):
        return ".pdf" if content.startswith(b"%PDF-") else ""
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return ".png"  # an image at any rate: the next look at it refuses it in words


def _other(content: bytes, name: str, suffix: str) -> Checked:
    media_type = _OTHERS.get(suffix)
    if media_type is None:
        raise RefusedFile(Refusal.KIND, name)
    if not _is_what_it_says(content, suffix):
        raise RefusedFile(Refusal.DISGUISED, name)
    return Checked(name, media_type, without_position(content, media_type))


def _is_what_it_says(content: bytes, suffix: str) -> bool:
    if suffix == ".mov" and content[4:8] in {b"moov", b"wide", b"mdat", b"free", b"skip"}:
        return True  # QuickTime before it had a type
    return is_what_it_says(_MEASURED_AS.get(suffix, suffix), content)


def _picture(content: bytes, name: str) -> Checked:
    try:
        media_type, suffix = _measured(content, name)
    except _UNREADABLE as reason:
        raise RefusedFile(Refusal.DAMAGED, name) from reason
    except ValueError as reason:
        if isinstance(reason, RefusedFile):
            raise
        raise RefusedFile(Refusal.DAMAGED, name) from reason
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as reason:
        raise RefusedFile(Refusal.TOO_MANY_PIXELS, name) from reason
    stem, _, given = name.rpartition(".")
    if f".{given}" not in {suffix, ".jpeg" if suffix == ".jpg" else suffix}:
        name = f"{stem}{suffix}"
    return Checked(name, media_type, without_position(content, media_type))


def _measured(content: bytes, name: str) -> tuple[str, str]:
    """Return media type and suffix of a picture; the whole of it is read once."""
    with Image.open(io.BytesIO(content), formats=_OPENED) as image:
        found = _IMAGES[image.format or ""]
        pixels = image.width * image.height
        frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
        if pixels > MAX_PIXELS or pixels * frames > MAX_MOVING_PIXELS:
            raise RefusedFile(Refusal.TOO_MANY_PIXELS, name)
        image.load()  # a header alone is no picture, whatever follows it
        return found
