"""The articles in forms for programs: Markdown, Atom, sitemap and llms.txt."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import quote, urlsplit
from xml.sax import saxutils

from articles.audience import reader
from articles.models import Translation
from articles.queries import by_key
from kb.db import db

FEED_ENTRIES = 30
ARTICLE_LINK = re.compile(r"\]\(article:([^)#\s]+)(#[^)\s]*)?")
ATTACHMENT_LINK = re.compile(r"\]\(attachment:")

# What no XML may hold, however it is written (XML 1.0, 2.2): one such title would break every feed.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Address = Callable[[Translation], str]


def escape(text: str) -> str:
    """Return a text as the content of an element."""
    return saxutils.escape(_NO_XML.sub("", text))


def quoteattr(text: str) -> str:
    """Return a text as the value of an attribute, quotation marks around it."""
    return saxutils.quoteattr(_NO_XML.sub("", text))


def as_markdown(translation: Translation, address_of: Address, root: str) -> str:
    """Return the public words as Markdown, title and source first, links absolute."""
    revision = translation.public_revision
    assert revision is not None, "published() only gives translations with public words"

    def article_address(found: re.Match[str]) -> str:
        target = db.session.scalars(by_key(translation.locale, [found[1]], reader=reader())).first()
        return f"]({address_of(target) if target else root}{found[2] or ''}"

    body = ARTICLE_LINK.sub(article_address, revision.body)
    body = ATTACHMENT_LINK.sub(f"]({root}/attachments/", body)
    summary = f"> {revision.summary}\n\n" if revision.summary else ""
    return f"# {revision.title}\n\n{summary}{body.strip()}\n\n---\n{address_of(translation)}\n"


def _rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def atom(
    newest: Sequence[Translation],
    *,
    title: str,
    locale: str,
    home: str,
    here: str,
    address_of: Address,
) -> str:
    """Return an Atom feed (RFC 4287) of the translations given, newest first."""
    updated = _rfc3339(newest[0].updated_at) if newest else "1970-01-01T00:00:00+00:00"
    entries = "".join(
        f"<entry><title>{escape(each.title)}</title>"
        f"<link href={quoteattr(address_of(each))}/><id>{escape(_identity(each, here))}</id>"
        f"<published>{_rfc3339(each.published_at or each.updated_at)}</published>"
        f"<updated>{_rfc3339(each.updated_at)}</updated>"
        f"<summary>{escape(each.summary)}</summary></entry>\n"
        for each in newest
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(locale)}>\n'
        f"<title>{escape(title)}</title><id>{escape(here)}</id><updated>{updated}</updated>\n"
        f"<author><name>{escape(title)}</name></author>\n"
        f'<link rel="self" href={quoteattr(here)}/><link href={quoteattr(home)}/>\n'
        f"{entries}</feed>\n"
    )


def _identity(translation: Translation, here: str) -> str:
    """Return a tag URI (RFC 4151), which stays when the address changes."""
    host = urlsplit(here).hostname or "localhost"
    born = translation.created_at.date()
    return f"tag:{host},{born}:{translation.locale}/{quote(translation.article.key)}"


def sitemap(everything: Iterable[Translation], homes: Iterable[str], address_of: Address) -> str:
    """Return a sitemap in which each article names its translations."""
    urls = [f"<url><loc>{escape(home)}</loc></url>" for home in homes]
    by_article = sorted(everything, key=lambda each: each.article_id)
    for _, group in groupby(by_article, key=lambda each: each.article_id):
        translations = list(group)
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(each.locale)} '
            f"href={quoteattr(address_of(each))}/>"
            for each in translations
        )
        urls.extend(
            f"<url><loc>{escape(address_of(each))}</loc>"
            f"<lastmod>{_rfc3339(each.updated_at)}</lastmod>{links}</url>"
            for each in translations
        )
    body = "\n".join(urls)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{body}\n</urlset>\n'
    )


def llms(
    site: str,
    shelves: Mapping[str, Sequence[tuple[str, Sequence[Translation]]]],
    address_of: Address,
) -> str:
    """Return a table of contents in the form of llmstxt.org, one section a category and language."""
    parts = [f"# {site}\n"]
    for locale, categories in shelves.items():
        for name, translations in categories:
            parts.append(f"\n## {name or '–'} ({locale})\n")
            parts.extend(
                f"- [{each.title}]({address_of(each)}.md)"
                + (f": {each.summary}" if each.summary else "")
                for each in translations
            )
    return "\n".join(parts) + "\n"
