"""Pictures as strangers may see them: without where they were taken, or by which machine. Plain Python.

What a camera writes beside a picture is taken out of the file piece by piece, so that the picture
itself stays as it was, byte for byte. Which way up it is, and its colours, are kept. A file whose
pieces cannot be told apart is drawn anew.
"""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator

from PIL import Image, ImageOps

ORIENTATION = 0x0112  # a tag of Exif
NORMAL = 1  # of its values: nothing to turn
QUALITY = 92  # of a picture drawn anew

_EXIF_HEAD = b"Exif\0\0"
_SCAN, _END = 0xDA, 0xD9
_JFIF, _COLOURS, _ADOBE = 0xE0, 0xE2, 0xEE  # APP0, APP2, APP14
_MACHINE = {*range(0xE1, 0xF0), 0xFE} - {_ADOBE}  # APP1 to APP15, and comments
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_WORDS = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
_WEBP_FLAGS = 0x08 | 0x04  # VP8X: Exif, XMP
# As telephones write it into films: ISO 6709, +48.8577+002.2950+035.000/
_POSITION = re.compile(rb"[+-]\d{2}\.\d{2,8}[+-]\d{3}\.\d{2,8}(?:[+-]\d{1,6}(?:\.\d{1,4})?)?/")


class _Strange(ValueError):
    """The file is not put together as its kind is."""


def without_position(content: bytes, media_type: str) -> bytes:
    """Return a picture or film without the place it was taken at; other files as they are.

    The picture must be known to be readable.
    """
    if media_type in _FILMS:
        return _POSITION.sub(lambda found: re.sub(rb"\d", b"0", found[0]), content)
    strip = _STRIPPERS.get(media_type)
    if strip is None:
        return content
    try:
        return strip(content)
    except (_Strange, IndexError, struct.error):
        return _drawn_anew(content)


def _exif(content: bytes) -> bytes:
    """Return the Exif data that a picture needs: which way up it is, or nothing."""
    with Image.open(io.BytesIO(content)) as image:
        try:
            turned = image.getexif().get(ORIENTATION, NORMAL)
        except (SyntaxError, ValueError, TypeError, struct.error):  # Exif that nobody can read
            return b""
    if turned not in range(2, 9):
        return b""
    kept = Image.Exif()
    kept[ORIENTATION] = turned
    return _EXIF_HEAD + kept.tobytes().removeprefix(_EXIF_HEAD)


def _jpeg(content: bytes) -> bytes:
    pieces = list(_jpeg_pieces(content))
    exif = _exif(content)
    kept = [piece for marker, piece in pieces if not _is_of_machine(marker, piece)]
    if exif:
        place = 1 if kept[:1] and kept[0][1] == _JFIF else 0
        kept.insert(place, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return b"".join((b"\xff\xd8", *kept, b"\xff\xd9"))


def _is_of_machine(marker: int, piece: bytes) -> bool:
    if marker == _COLOURS and piece[4:].startswith(b"ICC_PROFILE\0"):
        return False
    return marker in _MACHINE


def _jpeg_pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments between start and end; what comes after the end is left out."""
    place = 2
    while True:
        if content[place] != 0xFF:
            raise _Strange
        while content[place + 1] == 0xFF:
            place += 1
        marker = content[place + 1]
        if marker == _END:
            return
        (length,) = struct.unpack_from(">H", content, place + 2)
        end = place + 2 + length
        if marker == _SCAN:
            after = _AFTER_SCAN.search(content, end)
            if after is None:
                raise _Strange
            end = after.start()
        if length < 2 or end > len(content):
            raise _Strange
        yield marker, content[place:end]
        place = end


def _png(content: bytes) -> bytes:
    exif = _exif(content).removeprefix(_EXIF_HEAD)
    kept, place = [_PNG_HEAD], len(_PNG_HEAD)
    while True:
        (length,) = struct.unpack_from(">I", content, place)
        kind, end = content[place + 4 : place + 8], place + 12 + length
        if end > len(content):
            raise _Strange
        if kind not in _PNG_WORDS:
            kept.append(content[place:end])
        if kind == b"IHDR" and exif:
            kept.append(_png_chunk(b"eXIf", exif))
        if kind == b"IEND":
            return b"".join(kept)
        place = end


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _webp(content: bytes) -> bytes:
    exif = _exif(content).removeprefix(_EXIF_HEAD)
    (size,) = struct.unpack_from("<I", content, 4)
    kept, place = [], 12
    while place + 8 <= min(8 + size, len(content)):
        kind = content[place : place + 4]
        (length,) = struct.unpack_from("<I", content, place + 4)
        data = content[place + 8 : place + 8 + length]
        if len(data) < length:
            raise _Strange
        if kind == b"VP8X":
            data = bytes([data[0] & ~_WEBP_FLAGS | (0x08 if exif else 0)]) + data[1:]
        if kind not in {b"EXIF", b"XMP "}:
            kept.append(_riff_chunk(kind, data))
        place += 8 + length + length % 2
    if exif:
        kept.append(_riff_chunk(b"EXIF", exif))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _riff_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _avif(content: bytes) -> bytes:
    """Draw anew where there is anything to take out: its pieces point to one another."""
    with Image.open(io.BytesIO(content)) as image:
        is_bare = not image.getexif() and not image.info.get("xmp")
    return content if is_bare else _drawn_anew(content)


def _drawn_anew(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        kind = "JPEG" if image.format == "MPO" else image.format
        colours = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image)
    drawn = io.BytesIO()
    for left in ("exif", "xmp"):
        upright.info.pop(left, None)
    options = {} if kind == "PNG" else {"quality": QUALITY}
    upright.save(drawn, kind, icc_profile=colours, exif=b"", **options)
    return drawn.getvalue()


_FILMS = frozenset({"video/mp4", "video/quicktime"})
_STRIPPERS: dict[str, Callable[[bytes], bytes]] = {
    "image/avif": _avif,
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
}
