"""Which public words hold links that lead nowhere any more."""

from sqlalchemy import Select, select

from articles.links.models import Link, LinkState, LinkUse
from articles.models import Translation


def broken_uses() -> Select[int]:
    """Select the ids of the translations that hold a broken link."""
    return (
        select(LinkUse.translation_id)
        .join(Link, Link.id == LinkUse.link_id)
        .where(Link.state == LinkState.BROKEN)
    )


def broken_links() -> Select[LinkUse]:
    """Select the uses of broken links, the longest broken first; draws on translation."""
    return (
        select(LinkUse)
        .join(Link, Link.id == LinkUse.link_id)
        .join(Translation, Translation.id == LinkUse.translation_id)
        .where(Link.state == LinkState.BROKEN)
        .order_by(Link.broken_since, Link.id)
    )
