"""What search says beside a draft while it is written: how readers will find it, and who says the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, render_template, url_for
from werkzeug.wrappers import Response

from articles.models import Translation
from articles.publishing import Words
from articles.studio.editing.checking import sent_words
from articles.studio.editing.editor import translation_at
from articles.views import address_of
from kb.caching import private
from kb.rights import Right, requires
from search.drafts import draft_document, findability, overlaps_of
from search.encoders import EncoderState
from search.findability import Findability
from search.overlaps import Overlap
from search.showing import visible
from search.sync import indexer

READ_AT_ONCE = 8  # texts that are encoded while a writer waits: about a second
MAX_OVERLAPS = 3
NEXT_PART_MS = 300
MODEL_LOADS_MS = 4_000
blueprint = Blueprint("draft_checks", __name__, url_prefix="/studio/drafts")


@dataclass(frozen=True, slots=True)
class Beside:
    """What search says of a draft, with the addresses of the articles that are named."""

    findability: Findability
    overlaps: tuple[Overlap, ...]
    addresses: Mapping[str, str]
    again_ms: int | None = None  # after which there is more to tell


def beside(translation: Translation, words: Words) -> Beside:
    """Try the words of a draft on the index of this moment."""
    draft = draft_document(translation, words)
    found = findability(draft, at_most=READ_AT_ONCE)
    similar = () if found.is_provisional else overlaps_of(draft).found[:MAX_OVERLAPS]
    named = {each.document_id for every in found.questions for each in every.before}
    named |= {each.document_id for each in similar}
    addresses = {key: address_of(it) for key, it in visible(named).items()}
    return Beside(found, similar, addresses, _again(found))


def _again(found: Findability) -> int | None:
    """Return when to ask again: soon for the rest of a text, later while the model is loaded."""
    if found.is_provisional:
        return NEXT_PART_MS
    encoder = indexer(current_app).encoder
    is_loading = encoder is not None and encoder.state is EncoderState.LOADING
    return MODEL_LOADS_MS if is_loading else None


@blueprint.post("/<int:number>/findability")
@requires(Right.WRITE)
def fragment(number: int) -> Response:
    """Tell how the words of the form would be found, as a part of the page."""
    translation = translation_at(number)
    found = beside(translation, sent_words(translation))
    html = render_template("search/_draft_found.html", beside=found, translation=translation)
    return private(html)


def place_of(translation: Translation) -> str:
    """Return the address of the fragment of a translation."""
    return url_for("draft_checks.fragment", number=translation.id)


def init_app(app: Flask) -> None:
    """Serve the fragment, and give templates what it shows."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(findability_beside=beside, findability_place=place_of)
