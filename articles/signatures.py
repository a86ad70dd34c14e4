"""Does a file that is not a picture hold what its suffix says? Plain Python."""

import io
import zipfile
from collections.abc import Callable

HEAD_BYTES = 1024  # in which a PDF must begin (ISO 32000-1, annex H)
MAX_UNPACKED_BYTES = 500_000_000  # of an archive: more is a bomb for whoever opens it
MAX_ENTRIES = 10_000


def is_what_it_says(suffix: str, content: bytes) -> bool:
    """Tell whether the content is of the kind that the suffix names; an unknown one is not."""
    looks = _LOOKS.get(suffix)
    return looks is not None and looks(content)


def _is_pdf(content: bytes) -> bool:
    return b"%PDF-" in content[:HEAD_BYTES]


def _is_mp4(content: bytes) -> bool:
    return content[4:8] == b"ftyp"


def _is_webm(content: bytes) -> bool:
    return content.startswith(b"\x1aE\xdf\xa3")


def _is_mp3(content: bytes) -> bool:
    """Begin with a tag, or with a frame of MPEG audio: eleven bits set."""
    return content.startswith(b"ID3") or (
        len(content) > 1 and content[0] == 0xFF and content[1] & 0xE0 == 0xE0
    )


def _is_text(content: bytes) -> bool:
    """Hold no byte that no text has; which letters the others are is the reader's to tell."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.decode("utf-16", "replace").encode()
    return not any(byte < 9 or (13 < byte < 32 and byte != 27) for byte in content[:100_000])


def _zip_with(*required: str) -> Callable[[bytes], bool]:
    def looks(content: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            return False
        names = {entry.filename for entry in entries}
        size = sum(entry.file_size for entry in entries)
        fits = len(entries) <= MAX_ENTRIES and size <= MAX_UNPACKED_BYTES
        has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return fits and not (required and has_macros) and names.issuperset(required)

    return looks


_OFFICE, _OPEN_DOCUMENT = _zip_with("[Content_Types].xml"), _zip_with("mimetype", "content.xml")
_LOOKS: dict[str, Callable[[bytes], bool]] = {
    ".csv": _is_text,
    ".docx": _OFFICE,
    ".json": _is_text,
    ".mp3": _is_mp3,
    ".mp4": _is_mp4,
    ".odp": _OPEN_DOCUMENT,
    ".ods": _OPEN_DOCUMENT,
    ".odt": _OPEN_DOCUMENT,
    ".pdf": _is_pdf,
    ".pptx": _OFFICE,
    ".txt": _is_text,
    ".webm": _is_webm,
    ".xlsx": _OFFICE,
    ".zip": _zip_with(),
}
