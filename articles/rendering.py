"""The HTML of a revision: made once, kept, and made again when the pipeline changes."""

from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import select

from articles.audience import reader
from articles.markdown import PIPELINE_VERSION, linked_keys, render, resolve_links
from articles.models import Attachment, Rendering, Revision, Translation
from articles.queries import by_key
from kb.db import db


def image_size(reference: str) -> tuple[int, int] | None:
    """Return (width, height) in CSS pixels of `DIGEST/name`, None where unknown."""
    digest = reference.removeprefix("attachment:").split("/", 1)[0]
    found = db.session.execute(
        select(Attachment.width, Attachment.height).where(Attachment.digest == digest)
    ).first()
    return (found.width, found.height) if found and found.width and found.height else None


def render_revision(revision: Revision, locale: str) -> Rendering:
    """Render and keep, uncommitted; a rendering of an older pipeline is replaced."""
    made = render(revision.body, locale=locale, title=revision.title, image_size=image_size)
    rendering = revision.rendering or Rendering(revision=revision)
    db.session.add(rendering)
    rendering.pipeline_version = PIPELINE_VERSION
    rendering.html = made.html
    rendering.toc = [asdict(entry) for entry in made.toc]
    rendering.sections = [asdict(section) for section in made.sections]
    rendering.text = made.text
    return rendering


def public_rendering(translation: Translation) -> Rendering:
    """Return the rendering of the public words, making it if it is missing or stale."""
    revision = translation.public_revision
    assert revision is not None, "published() only gives translations with public words"
    rendering = revision.rendering
    if rendering is None or rendering.pipeline_version != PIPELINE_VERSION:
        rendering = render_revision(revision, translation.locale)
        db.session.commit()
    return rendering


def page_html(translation: Translation, address_of: Callable[[Translation], str]) -> str:
    """Return the article's HTML with links to other articles leading to where they are now."""
    return _linked(public_rendering(translation).html, translation.locale, address_of)


def preview_html(
    body: str, title: str, locale: str, address_of: Callable[[Translation], str]
) -> str:
    """Return what readers would see of a text that is not stored."""
    made = render(body, locale=locale, title=title, image_size=image_size)
    return _linked(made.html, locale, address_of)


def _linked(html: str, locale: str, address_of: Callable[[Translation], str]) -> str:
    targets: dict[str, Translation] = {}
    for found in db.session.scalars(by_key(None, sorted(linked_keys(html)), reader=reader())):
        # The reader's language first; a translation in another one is better than a dead link.
        if found.article.key not in targets or found.locale == locale:
            targets[found.article.key] = found
    addresses = {key: address_of(target) for key, target in targets.items()}
    return resolve_links(html, addresses.get)
