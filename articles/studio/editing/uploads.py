"""Pictures and files that writers add: checked, made lighter, kept, and given back as Markdown."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath

from flask import Blueprint, Flask, abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response as AnyResponse

from articles.attachments import MAX_BYTES, Asset, UnusableFile, inspect, keep
from articles.studio.editing.pictures import compressed
from articles.studio.editing.saving import reason_of
from kb import disk
from kb.audit.recording import record
from kb.caching import private
from kb.db import db
from kb.formats import shown_number
from kb.rights import Right, requires

MEGABYTE = 1_000_000
MAX_NAME, MAX_ALT = 120, 300  # characters

blueprint = Blueprint("uploads", __name__, url_prefix="/studio/uploads")


class Refused(ValueError):
    """A file that is not taken; the message says why, in words for its writer."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that is kept now. `before` is its size as it came, in bytes."""

    asset: Asset
    before: int

    @property
    def is_image(self) -> bool:
        """Tell a picture from a file that is only linked to."""
        return self.asset.media_type.startswith("image/")


@blueprint.get("")
@requires(Right.WRITE)
def form() -> AnyResponse:
    """Show a plain form, for browsers that run no scripts."""
    return _page()


@blueprint.post("")
@requires(Right.WRITE)
def upload() -> AnyResponse:
    """Keep a file, and answer with the line that shows it in a text."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(reason=str(_("Choose a file first.")), status=HTTPStatus.BAD_REQUEST)
    alt = " ".join(request.form.get("alt", "").split())
    decorative = "decorative" in request.form
    try:
        uploaded = take(sent.filename, sent.stream.read())
    except Refused as reason:
        return _page(reason=str(reason), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except OperationalError as error:
        db.session.rollback()
        return _page(reason=reason_of(error), status=HTTPStatus.SERVICE_UNAVAILABLE)
    except OSError as error:
        if disk.refusal_of(error) is None:
            raise
        db.session.rollback()
        return _page(reason=reason_of(error), status=HTTPStatus.INSUFFICIENT_STORAGE)
    return _page(uploaded, alt=alt, decorative=decorative)


def take(filename: str, content: bytes) -> Uploaded:
    """Check, lighten and keep a file; committed and audited. Raises `Refused`."""
    if len(content) > MAX_BYTES:
        raise Refused(
            _(
                "This file has %(size)s MB; %(limit)s MB at most.",
                size=shown_number(len(content) / MEGABYTE, 1),
                limit=shown_number(MAX_BYTES // MEGABYTE),
            )
        )
    name, lighter = compressed(_plain(filename), content)
    try:
        asset = inspect(name, lighter)
    except UnusableFile as reason:
        raise Refused(_("This file is not taken: %(reason)s.", reason=_said(reason))) from reason
    attachment = keep(asset)
    record(
        "attachment.uploaded",
        thing="attachment",
        thing_id=attachment.id,
        label=asset.filename,
        bytes=len(asset.content),
        media_type=asset.media_type,
    )
    db.session.commit()
    return Uploaded(asset, len(content))


# What is wrong with a file, by how its reason begins, in the language of the page.
_REASONS = (
    ("empty", _l("it is empty")),
    ("its content", _l("its content is not what its name says")),
    ("files of the kind", _l("files of this kind are not for articles")),
    ("not a readable image", _l("it is no picture, or a damaged one")),
    ("an image of a kind", _l("browsers do not show pictures of this kind")),
    ("too many pixels", _l("the picture has too many pixels")),
    ("too many frames", _l("the moving picture is too long for its size")),
    ("", _l("the drawing cannot be read, or not be made safe")),
)


def _said(reason: UnusableFile) -> str:
    return next(str(said) for begin, said in _REASONS if str(reason).startswith(begin))


def _plain(filename: str) -> str:
    """Return the last part of a name, short, with its suffix; what the file is, its content tells."""
    path = PurePosixPath(filename.replace("\\", "/"))
    suffix = path.suffix[:12].lower()
    return (
        path.name.removesuffix(path.suffix)[: MAX_NAME - len(suffix)].strip(" .") + suffix or "file"
    )


def markdown_of(uploaded: Uploaded, alt: str, *, decorative: bool) -> str:
    """Return the line that shows the file in a text; a picture that only decorates says so."""
    words = alt.replace("[", "(").replace("]", ")")
    if not uploaded.is_image:
        return f"[{words or uploaded.asset.filename}]({uploaded.asset.address})"
    if decorative:
        return f"![]({uploaded.asset.address}){{.decorative}}"
    return f"![{words}]({uploaded.asset.address})"


def _page(
    uploaded: Uploaded | None = None,
    *,
    alt: str = "",
    decorative: bool = False,
    reason: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> AnyResponse:
    if len(alt) > MAX_ALT:
        abort(HTTPStatus.BAD_REQUEST)
    wants_part = request.headers.get("X-Requested-With") == "fetch"
    html = render_template(
        "articles/studio/_uploaded.html" if wants_part else "articles/studio/upload.html",
        uploaded=uploaded,
        reason=reason,
        markdown=markdown_of(uploaded, alt, decorative=decorative) if uploaded else "",
        needs_alt=bool(uploaded and uploaded.is_image and not alt and not decorative),
        limit=MAX_BYTES // MEGABYTE,
    )
    return private(html, status)


def init_app(app: Flask) -> None:
    """Take files."""
    app.register_blueprint(blueprint)
