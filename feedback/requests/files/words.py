"""What is said of files: what may be sent, before; why one is not taken, and what to do, after."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from feedback.requests.files.inspecting import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    MEGABYTE,
    Refusal,
    RefusedFile,
)
from kb.formats import shown_number

_REASONS: Mapping[Refusal, LazyString] = {
    Refusal.EMPTY: _l("“%(name)s” is empty. Choose the file again."),
    Refusal.TOO_LARGE: _l(
        "“%(name)s” is larger than %(file)s MB. Send a smaller one, or tell us where we can find it."
    ),
    Refusal.KIND: _l(
        "“%(name)s” is of a kind that we do not take. Send a picture, a film, a PDF, a text or an office document."
    ),
    Refusal.ARCHIVE: _l("“%(name)s” is an archive, which we do not take. Send the files in it one by one."),
    Refusal.DISGUISED: _l(
        "The content of “%(name)s” is not what its name says. Save it anew, or make a PDF of it."
    ),
    Refusal.DAMAGED: _l("“%(name)s” is no picture that we can read. Save it anew as JPEG or PNG."),
    Refusal.TOO_MANY_PIXELS: _l("“%(name)s” has too many pixels. Send a smaller picture."),
    Refusal.TOO_MANY: _l(
        "“%(name)s” was left out: %(files)s files at most. Send the others when we have answered."
    ),
    Refusal.TOO_MUCH: _l(
        "“%(name)s” was left out: %(total)s MB together at most. Send it when we have answered."
    ),
    Refusal.TOO_OFTEN: _l(
        "“%(name)s” was left out: many files have come from here today. Send your message without it, and the file when we have answered."
    ),
    Refusal.NO_ROOM: _l(
        "“%(name)s” could not be kept just now. Send your message without it, or try again in a moment."
    ),
}  # fmt: skip

# Where the staff would be told to wait for their own answer.
_TO_STAFF: Mapping[Refusal, LazyString] = {
    Refusal.TOO_LARGE: _l(
        "“%(name)s” is larger than %(file)s MB. Send a smaller one, or a link to where it lies."
    ),
    Refusal.KIND: _l(
        "“%(name)s” is of a kind that is not sent. Send a picture, a film, a PDF, a text or an office document."
    ),
    Refusal.ARCHIVE: _l("“%(name)s” is an archive, which is not sent. Send the files in it one by one."),
    Refusal.TOO_MANY: _l(
        "“%(name)s” was left out: %(files)s files at most. Send the others in a second message."
    ),
    Refusal.TOO_MUCH: _l(
        "“%(name)s” was left out: %(total)s MB together at most. Send it in a second message."
    ),
}  # fmt: skip


def said(refused: RefusedFile, *, to_staff: bool = False) -> str:
    """Return why a file is not taken and what to do, in the language of the page."""
    words = _TO_STAFF.get(refused.reason) if to_staff else None
    return str(words or _REASONS[refused.reason]) % {"name": refused.name, **limits()}


def limits() -> dict[str, str]:
    """Return the limits as they are shown."""
    return {
        "file": shown_number(MAX_FILE_BYTES // MEGABYTE),
        "total": shown_number(MAX_TOTAL_BYTES // MEGABYTE),
        "files": shown_number(MAX_FILES),
    }


def allowed() -> str:
    """Return what may be sent, to be read before anything is."""
    return str(
        _(
            "Up to %(files)s files of %(file)s MB: pictures, films, PDF, texts, office documents. Where a picture was taken is removed.",
            **limits(),
        )
    )  # fmt: skip


def allowed_briefly() -> str:
    """Return the same for those who send files every day."""
    return str(_("Up to %(files)s files of %(file)s MB.", **limits()))


def shown_size(size: int) -> str:
    """Return the size of a file as people compare it: "320 kB", "2.4 MB"."""
    if size < MEGABYTE:
        return str(_("%(size)s kB", size=shown_number(max(round(size / 1_000), 1))))
    return str(_("%(size)s MB", size=shown_number(size / MEGABYTE, 1)))
