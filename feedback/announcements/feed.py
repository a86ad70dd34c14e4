"""Announcements for feed readers (Atom, RFC 4287), one feed a language."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from articles.feeds import escape, quoteattr
from feedback.announcements.showing import Shown


def atom(notices: Sequence[Shown], *, title: str, locale: str, home: str, here: str) -> str:
    """Return the feed of the notices given, newest first; a repair is an update of its entry."""
    moments = [each.fixed_at or each.since for each in notices]
    updated = max(moments).isoformat(timespec="seconds") if moments else "1970-01-01T00:00:00+00:00"
    root = home.split("/", 3)
    site = "/".join(root[:3])
    entries = "".join(
        _entry(each, site, urlsplit(here).hostname or "localhost") for each in notices
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(locale)}>\n'
        f"<title>{escape(title)}</title><id>{escape(here)}</id><updated>{updated}</updated>\n"
        f"<author><name>{escape(title)}</name></author>\n"
        f'<link rel="self" href={quoteattr(here)}/><link href={quoteattr(home)}/>\n'
        f"{entries}</feed>\n"
    )


def _entry(each: Shown, site: str, host: str) -> str:
    since = each.since.isoformat(timespec="seconds")
    updated = (each.fixed_at or each.since).isoformat(timespec="seconds")
    return (
        f"<entry><title>{escape(each.feed_title)}</title>"
        f"<link href={quoteattr(site + each.url)}/>"
        f"<id>{escape(f'tag:{host},{each.since.date()}:announcement/{each.id}')}</id>"
        f"<published>{since}</published><updated>{updated}</updated>"
        f'<content type="html">{escape(each.html)}</content></entry>\n'
    )
