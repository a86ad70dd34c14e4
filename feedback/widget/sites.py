"""Which sites may carry the widget: a list of origins, and nothing else."""

from sqlalchemy import select

from feedback.widget.matching import origin_of
from feedback.widget.models import WidgetSite
from kb.db import db

MAX_ORIGIN_LENGTH = 200  # characters
MAX_SITES = 500
LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})


class BadOrigin(ValueError):
    """Not the address of a site."""


class TooManySites(ValueError):
    """More than the script could name and stay small."""


def allowed_origins() -> frozenset[str]:
    """Return the origins that may carry the widget, the site's own not among them."""
    return frozenset(db.session.scalars(select(WidgetSite.origin)))


def checked_origin(text: str) -> str:
    """Return the origin of what somebody typed: a host, an origin or any address of the site.

    Raises `BadOrigin`. Whoever names no scheme means https, but for a machine's own name.
    """
    typed = text.strip()
    if "://" not in typed:
        host = typed.partition("/")[0].rpartition(":")[0] or typed.partition("/")[0]
        typed = f"{'http' if host in LOCAL else 'https'}://{typed}"
    found = origin_of(typed)
    host = found.partition("://")[2].rpartition(":")[0] or found.partition("://")[2]
    is_named = "." in host or host in LOCAL
    has_odd = any(each in found for each in "*@ ,;\"'<>\\^`{|}")
    if not found or not is_named or has_odd or len(found) > MAX_ORIGIN_LENGTH:
        raise BadOrigin(text)
    return found


def allow(text: str, *, by_id: int | None = None) -> tuple[WidgetSite, bool]:
    """Return the site that may carry the widget from now on, uncommitted, and whether it is new."""
    origin = checked_origin(text)
    known = db.session.scalar(select(WidgetSite).where(WidgetSite.origin == origin))
    if known is not None:
        return known, False
    if len(allowed_origins()) >= MAX_SITES:
        raise TooManySites
    site = WidgetSite(origin=origin, created_by_id=by_id)
    db.session.add(site)
    db.session.flush()
    return site, True


def fingerprint(text: str) -> str:
    """Return the FNV-1a hash, 32 bits, of a text.

    The script holds these of the sites that may carry it, so that it shows no button elsewhere, and
    does not name one customer's sites to all the others. It protects nothing: the endpoints do.
    """
    number = 0x811C9DC5
    for byte in text.encode():
        number = ((number ^ byte) * 0x01000193) & 0xFFFFFFFF
    return f"{number:x}"
