"""What the widget shows before anybody has asked: notices that run, and what others asked most."""

from typing import Any

from flask_babel import gettext as _

from articles.markdown import typeset
from feedback.announcements.models import Scope
from feedback.announcements.showing import Shown, running
from feedback.popular import asked_most
from feedback.widget.showing import DEEPER
from feedback.widget.trees import tree
from kb.recently import recently

ASKED_MOST = 4  # where nothing is suggested for the page


def news(locale: str) -> list[dict[str, Any]]:
    """Return the notices that run now, for the widget."""
    return [_notice(each) for each in running(locale, Scope.WIDGET)]


def _notice(each: Shown) -> dict[str, Any]:
    is_open_issue = each.is_issue and not each.is_fixed
    return {
        "severity": "fixed" if each.is_fixed else each.severity.value,
        "label": str(_("Known issue")) if is_open_issue else "",
        "title": str(typeset(each.feed_title, each.locale)),
        "locale": each.locale,
        "body": tree(each.html, deeper=DEEPER),
        "article": _named(each.article_title, each.article_url),
        "address": each.url,
    }


def popular(locale: str) -> list[dict[str, Any]]:
    """Return this week's most asked questions that an article answered."""
    found = recently(f"widget asked most {locale}", lambda: asked_most(locale, ASKED_MOST))
    return [row for title, address in found if (row := _named(title, address))]


def _named(title: str, address: str) -> dict[str, str] | None:
    """Return an article by its address on this site, `/en/articles/reset-lamp`."""
    parts = address.strip("/").split("/")
    if len(parts) < 3:
        return None
    return {"slug": parts[-1], "locale": parts[-3], "title": str(typeset(title, parts[-3]))}
