"""Files shown in articles: checked, measured, and kept once under the digest of their content."""

import hashlib
import io
import os
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from PIL import Image, UnidentifiedImageError
from sqlalchemy import select

from articles.drawings import UnsafeDrawing, clean_svg, svg_size
from articles.models import Attachment
from kb.db import db
from kb.locales import settings

MAX_BYTES = 20_000_000
MAX_PIXELS = 60_000_000  # a decompression bomb is refused before it is decoded
SVG = "image/svg+xml"

_IMAGES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
}
# Served as they are, so nothing that a browser would run as part of this site.
_OTHERS = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain",
    ".webm": "video/webm",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
_IMAGE_SUFFIXES = {".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"}
SUFFIXES = frozenset(_OTHERS) | _IMAGE_SUFFIXES | {".svg"}


class UnusableFile(ValueError):
    """The file cannot be shown in an article; the message says why."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file ready to be kept. Sizes in bytes and CSS pixels; `cleaned` tells that it was altered."""

    digest: str
    filename: str
    media_type: str
    content: bytes
    width: int | None = None
    height: int | None = None
    cleaned: bool = False

    @property
    def address(self) -> str:
        """How Markdown sources name it."""
        return f"attachment:{self.digest}/{quote(self.filename)}"


def inspect(filename: str, content: bytes) -> Asset:
    """Check and measure a file.

    Raises `UnusableFile` for one that is too big, damaged, or of a kind that is not for articles.
    """
    suffix = PurePosixPath(filename).suffix.lower()
    if len(content) > MAX_BYTES:
        raise UnusableFile(f"larger than {MAX_BYTES // 1_000_000} MB")
    if suffix == ".svg":
        return _inspect_svg(filename, content)
    if suffix in _IMAGE_SUFFIXES:
        return _inspect_image(filename, content)
    if suffix in _OTHERS:
        return Asset(_digest(content), filename, _OTHERS[suffix], content)
    raise UnusableFile(f"files of the kind “{suffix or 'without suffix'}” are not taken")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _inspect_svg(filename: str, content: bytes) -> Asset:
    try:
        drawing = clean_svg(content)
    except UnsafeDrawing as reason:
        raise UnusableFile(str(reason)) from reason
    width, height = svg_size(drawing) or (None, None)
    return Asset(
        _digest(drawing), filename, SVG, drawing, width, height, cleaned=drawing != content
    )


def _inspect_image(filename: str, content: bytes) -> Asset:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as image:
                media_type = _IMAGES.get(image.format or "")
                width, height = _upright_size(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as reason:
        raise UnusableFile("not a readable image") from reason
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as reason:
        raise UnusableFile("too many pixels") from reason
    if media_type is None:
        raise UnusableFile("an image of a kind that browsers do not show")
    if width * height > MAX_PIXELS:
        raise UnusableFile("too many pixels")
    return Asset(_digest(content), filename, media_type, content, width, height)


def _upright_size(image: Image.Image) -> tuple[int, int]:
    """Return the size as shown: photographs may say in their EXIF data that they lie on a side."""
    sideways = image.getexif().get(0x0112) in {5, 6, 7, 8} if image.format == "JPEG" else False
    return (image.height, image.width) if sideways else image.size


def folder() -> Path:
    """Return where attachments are kept, inside the home folder."""
    return settings().home.resolve() / "attachments"


def path_of(attachment: Attachment | Asset) -> Path:
    """Return where the content of an attachment lies."""
    return folder() / attachment.digest[:2] / attachment.digest


def find(digest: str) -> Attachment | None:
    """Return the attachment with this digest."""
    return db.session.scalar(select(Attachment).where(Attachment.digest == digest))


def store_content(asset: Asset) -> None:
    """Write the content under its digest; a reader sees all of it or nothing."""
    path = path_of(asset)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(asset.content)
    Path(partial).chmod(0o644)
    Path(partial).replace(path)


def record(asset: Asset) -> Attachment:
    """Add the row of a new attachment, uncommitted, and return it."""
    attachment = Attachment(
        digest=asset.digest,
        filename=asset.filename,
        media_type=asset.media_type,
        size=len(asset.content),
        width=asset.width,
        height=asset.height,
    )
    db.session.add(attachment)
    return attachment


def keep(asset: Asset) -> Attachment:
    """Keep a file, content and row, unless its content is kept already. Uncommitted."""
    store_content(asset)
    return find(asset.digest) or record(asset)
