"""Know which links public words hold: read from what readers get, once for each revision."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import joinedload

from articles.links.models import Link, LinkedRevision, LinkState, LinkUse
from articles.models import Audience, Translation
from articles.queries import published
from articles.rendering import public_rendering
from articles.views import site_root
from kb.db import db
from kb.outbound.addresses import NotALink, target_of

CHUNK = 50  # translations of one transaction
MAX_TEXT = 200  # characters of what readers click on


class _Anchors(HTMLParser):
    """Collects what links lead to, with their words."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open, self._words = dict(attrs).get("href") or "", []

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self.found.append((self._open, " ".join("".join(self._words).split())))
            self._open = None


def links_of(html: str, own_host: str) -> dict[str, str]:
    """Return the addresses of other sites that a page links to, with the words of the first link."""
    parser = _Anchors()
    parser.feed(html)
    parser.close()
    found: dict[str, str] = {}
    for address, words in parser.found:
        try:
            target = target_of(address)
        except NotALink:
            continue
        if target.host != own_host:
            found.setdefault(target.url, words[:MAX_TEXT])
    return found


def reconcile() -> int:
    """Bring what is known of links up to the public words; return how many translations were read.

    Idempotent, and in small steps: killed at any moment, it goes on there the next time.
    """
    _forget()
    own_host = urlsplit(site_root()).hostname or ""
    read = 0
    while some := db.session.scalars(_unread().limit(CHUNK)).unique().all():
        for each in some:
            _read(each, own_host)
        db.session.commit()
        read += len(some)
    return read


def _unread() -> Select[Translation]:
    """Select the public translations whose words are not those that were read last."""
    return (
        published(reader=Audience.STAFF)
        .outerjoin(LinkedRevision, LinkedRevision.translation_id == Translation.id)
        .where(
            or_(
                LinkedRevision.revision_id.is_(None),
                LinkedRevision.revision_id != Translation.public_revision_id,
            )
        )
        .options(joinedload(Translation.public_revision))
        .order_by(Translation.id)
    )


def _read(translation: Translation, own_host: str) -> None:
    wanted = links_of(public_rendering(translation).html, own_host)
    known = {
        link.url: use
        for use, link in db.session.execute(
            select(LinkUse, Link)
            .join(Link, Link.id == LinkUse.link_id)
            .where(LinkUse.translation_id == translation.id)
        )
    }
    for url in set(known) - set(wanted):
        db.session.delete(known[url])
    for url, words in wanted.items():
        if url in known:
            known[url].text = words
        else:
            db.session.add(
                LinkUse(link_id=_link(url).id, translation_id=translation.id, text=words)
            )
    source = db.session.get(LinkedRevision, translation.id)
    if source is None:
        source = LinkedRevision(translation_id=translation.id)
        db.session.add(source)
    assert translation.public_revision_id is not None, "published() only gives what has words"
    source.revision_id = translation.public_revision_id
    db.session.flush()


def _link(url: str) -> Link:
    link = db.session.scalar(select(Link).where(Link.url == url))
    if link is None:
        link = Link(url=url, host=target_of(url).host)
        db.session.add(link)
        db.session.flush()
    return link


def _forget() -> None:
    """Forget the uses of what is public no more, and links that nothing uses but what is ignored."""
    public = published(reader=Audience.STAFF).with_only_columns(Translation.id)
    quietly = {"synchronize_session": False}
    for table in (LinkUse, LinkedRevision):
        db.session.execute(
            delete(table).where(table.translation_id.not_in(public)).execution_options(**quietly)
        )
    db.session.execute(
        delete(Link)
        .where(Link.state != LinkState.IGNORED, Link.id.not_in(select(LinkUse.link_id)))
        .execution_options(**quietly)
    )
    db.session.commit()
