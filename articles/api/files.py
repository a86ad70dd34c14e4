"""Pictures and files for articles: sent once, then named in the words."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask_babel import force_locale
from marshmallow import fields
from werkzeug.exceptions import UnsupportedMediaType

from articles.api.importing import larger
from articles.api.reading import operations
from articles.filenames import safe_name
from articles.studio.editing.uploads import MAX_ALT, MAX_NAME, Refused, markdown_of, take
from articles.views import site_root
from kb.api.idempotence import idempotent
from kb.api.operations import scoped
from kb.api.problems import Problem, Wrong
from kb.api.schemas import Input, Schema, Text
from kb.api.scopes import Scope

BYTES = "application/octet-stream"


class NewAttachment(Input):
    """What a file is called, and what it shows."""

    name = Text(
        least=1,
        most=MAX_NAME,
        required=True,
        metadata={"description": "With its suffix.", "example": "lamp.png"},
    )
    alt = Text(
        most=MAX_ALT,
        load_default="",
        metadata={"description": "What a picture shows, for people who cannot see it."},
    )


class AttachmentSchema(Schema):
    """A file that is kept."""

    digest = fields.String(metadata={"description": "SHA-256 of what is kept."})
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer(
        metadata={"description": "Bytes, after large pictures were made lighter."}
    )
    width = fields.Integer(allow_none=True, metadata={"description": "Of a picture, in pixels."})
    height = fields.Integer(allow_none=True)
    markdown = fields.String(
        metadata={"description": "What shows it, or leads to it, in a `body`."}
    )
    url = fields.String(
        metadata={"format": "uri", "description": "For whoever may read an article that shows it."}
    )


@operations.post("/attachments")
@scoped(Scope.ARTICLES_WRITE)
@larger
@idempotent
@operations.arguments(NewAttachment, location="query")
@operations.response(201, AttachmentSchema)
@operations.doc(
    requestBody={
        "required": True,
        "description": "The file, at most 20 MB.",
        "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}},
    }
)
def create_attachment(new: Mapping[str, Any]) -> dict[str, Any]:
    """Send a picture or a file.

    Put the `markdown` of the answer into the body of an article. What it is, its content tells, not its
    name; a picture is made lighter as in the editor, and the same file is kept once.
    """
    if request.mimetype != BYTES:
        raise UnsupportedMediaType
    try:
        with force_locale("en"):  # like the rest of the API
            kept = take(new["name"], request.get_data())
    except Refused as error:
        raise Problem("invalid", errors=[Wrong(str(error), pointer="#")]) from None
    asset = kept.asset
    path = url_for("articles.attachment", digest=asset.digest, filename=safe_name(asset.filename))
    return {
        "digest": asset.digest,
        "name": asset.filename,
        "media_type": asset.media_type,
        "size": len(asset.content),
        "width": asset.width,
        "height": asset.height,
        "markdown": markdown_of(kept, " ".join(new["alt"].split()), decorative=False),
        "url": site_root() + path,
    }
