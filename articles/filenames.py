"""Names of files as strangers give them, made fit to be kept, shown and saved. Plain Python."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_LENGTH = 100  # characters, the suffix included; file systems take 255 bytes
FALLBACK = "file"
# Windows opens devices by these names, whatever their suffix.
_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)),
}
# Joiners, which shape words; every other mark without a shape hides or turns what is read.
_JOINERS = {"\u200c", "\u200d"}
_FORBIDDEN = re.compile(r'[<>:"/\\|?*;%&#`\'{}\[\]()$!]+')


def safe_name(name: str) -> str:
    """Return a name without folders, control or direction marks, and nothing a shell or page minds.

    The suffix stays, in lower case. Never empty, never one that a system keeps for itself.
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    shown = "".join(_shown(char) for char in unicodedata.normalize("NFC", last))
    clean = " ".join(_FORBIDDEN.sub("-", shown).split()).strip(" .-")
    stem, dot, suffix = clean.rpartition(".")
    if not dot or not suffix.isascii() or not suffix.isalnum():
        stem, suffix = clean, ""
    suffix = f".{suffix.lower()}" if suffix else ""
    stem = stem.strip(" .-")[: MAX_LENGTH - len(suffix)].strip(" .-") or FALLBACK
    if stem.partition(".")[0].strip().lower() in _RESERVED:
        stem = f"{FALLBACK}-{stem}"[: MAX_LENGTH - len(suffix)]
    return stem + suffix


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Zs", "Zl", "Zp"} or char in "\t\n\r":
        return " "
    return char if category[0] != "C" or char in _JOINERS else ""


def suffix_of(name: str) -> str:
    """Return the suffix of a name as given, in lower case; empty where there is none."""
    return PurePosixPath(safe_name(name)).suffix if "." in name else ""
