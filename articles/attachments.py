"""Files shown in articles: checked, measured, and kept once under the digest of their content.

What a file is, its content says; its name is for people alone. Who may read a file follows from the
articles in which it stands, which `AttachmentUse` knows of every revision.
"""

import hashlib
import io
import os
import re
import tempfile
import warnings
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from PIL import Image, UnidentifiedImageError
from sqlalchemy import Connection, event, insert, select

from articles.audience import readable_by
from articles.drawings import UnsafeDrawing, clean_svg, svg_size
from articles.filenames import safe_name, suffix_of
from articles.models import Article, Attachment, AttachmentUse, Audience, Revision, Translation
from articles.signatures import is_what_it_says
from kb.db import db
from kb.locales import settings
from kb.signing import NotSigned, Signed

__all__ = ["safe_name"]  # beside what is defined here

MAX_BYTES = 20_000_000
MAX_PIXELS = 60_000_000  # a decompression bomb is refused before it is decoded
MAX_MOVING_PIXELS = 400_000_000  # of all frames: ten seconds of 1,400 × 900 at 30 a second
PASSES = Signed("articles.attachment", timedelta(hours=1))
SVG = "image/svg+xml"

_IMAGES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "MPO": "image/jpeg",  # what telephones make that take several pictures at once
}
_OPENED = [each for each in _IMAGES if each != "MPO"]  # these open as JPEG, and say so afterwards
# RuntimeError: what the decoder of AVIF says of a damaged file.
_UNREADABLE = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, RuntimeError)
_SUFFIX_OF_IMAGE = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/avif": ".avif",
}
# Shown in a page; anything else is saved to disk, so that nothing opens as a part of the site.
_SHOWN = ("image/", "video/", "audio/")
_ADDRESS = re.compile(r"(?:attachment:|/attachments/)([0-9a-f]{64})\b")
_SERVED = re.compile(r'(?<=")(/attachments/([0-9a-f]{64})/[^"?]*)(?=")')
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
    suffix = suffix_of(filename)
    filename = safe_name(filename)
    if len(content) > MAX_BYTES:
        raise UnusableFile(f"larger than {MAX_BYTES // 1_000_000} MB")
    if not content:
        raise UnusableFile("empty")
    if suffix == ".svg":
        return _inspect_svg(filename, content)
    if suffix in _IMAGE_SUFFIXES:
        return _inspect_image(filename, content)
    if suffix in _OTHERS:
        if not is_what_it_says(suffix, content):
            raise UnusableFile(f"its content is not that of a file “{suffix}”")
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
            with Image.open(io.BytesIO(content), formats=_OPENED) as image:
                media_type = _IMAGES[image.format or ""]
                width, height = _upright_size(image)
                _check_pixels(image)
                image.load()  # a header alone is no picture, whatever follows it
    except _UNREADABLE as reason:
        if isinstance(reason, UnusableFile):
            raise
        raise UnusableFile("not a readable image") from reason
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as reason:
        raise UnusableFile("too many pixels") from reason
    stem = filename.rpartition(".")[0]
    if suffix_of(filename) not in {_SUFFIX_OF_IMAGE[media_type], ".jpeg"}:
        filename = f"{stem}{_SUFFIX_OF_IMAGE[media_type]}"
    return Asset(_digest(content), filename, media_type, content, width, height)


def _check_pixels(image: Image.Image) -> None:
    """Refuse a picture that would fill the memory of whoever looks at it; nothing is decoded."""
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        raise UnusableFile("too many pixels")
    if pixels * getattr(image, "n_frames", 1) > MAX_MOVING_PIXELS:
        raise UnusableFile("too many frames for its size")


def _upright_size(image: Image.Image) -> tuple[int, int]:
    """Return the size as shown: photographs may say in their EXIF data that they lie on a side."""
    sideways = (
        image.getexif().get(0x0112) in {5, 6, 7, 8} if image.format in {"JPEG", "MPO"} else False
    )
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
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(asset.content)
        Path(partial).chmod(0o644)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


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


def is_shown(attachment: Attachment) -> bool:
    """Tell a file that pages show from one that is saved to disk."""
    return attachment.media_type.startswith(_SHOWN)


# Who may read a file


def digests_in(body: str) -> set[str]:
    """Return the digests of the files that a text shows or links to."""
    return set(_ADDRESS.findall(body)) if "attachment" in body else set()


@event.listens_for(Revision, "after_insert")
def _note_uses(_mapper: object, connection: Connection, revision: Revision) -> None:
    """Keep in which article each file stands, with the revision that says so."""
    for digest in sorted(digests_in(revision.body)):
        article = select(Translation.article_id).where(Translation.id == revision.translation_id)
        known = select(AttachmentUse.id).where(
            AttachmentUse.digest == digest,
            AttachmentUse.article_id == article.scalar_subquery(),
        )
        if connection.execute(known.limit(1)).first() is None:
            connection.execute(
                insert(AttachmentUse).values(digest=digest, article_id=article.scalar_subquery())
            )


def audience_of(digest: str) -> Audience:
    """Return the widest audience of the articles in which a file stands; staff, if in none yet."""
    found = set(
        db.session.scalars(
            select(Article.audience)
            .join(AttachmentUse, AttachmentUse.article_id == Article.id)
            .where(AttachmentUse.digest == digest)
        )
    )
    return next((each for each in Audience if each in found), Audience.STAFF)


def may_read(digest: str, reader: Audience, given_pass: str = "") -> bool:
    """Tell whether a reader, or whoever was given a pass, may read a file."""
    return audience_of(digest) in readable_by(reader) or _is_pass(given_pass, digest)


def with_passes(html: str) -> str:
    """Return a page with passes of an hour to the files that are not for everyone.

    For pages that show more than their reader's account would: previews by a signed link.
    """

    def passed(match: re.Match[str]) -> str:
        address, digest = match[1], match[2]
        if audience_of(digest) is Audience.EVERYONE:
            return address
        return f"{address}?pass={PASSES.text(digest)}"

    return _SERVED.sub(passed, html)


def _is_pass(given: str, digest: str) -> bool:
    try:
        return bool(PASSES.read(given) == digest)
    except NotSigned:
        return False
