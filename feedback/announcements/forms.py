"""The form of an announcement: what a lead typed, checked, with words for what is not right yet."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import or_, select

from articles.models import Article, Translation
from feedback.announcements.models import Announcement, AnnouncementText, Scope, Severity
from feedback.forms import Checked, Form
from kb.db import db
from kb.locales import settings

MAX_TITLE = 150
MAX_BODY = 5_000
MINUTE_FORM = "%Y-%m-%dT%H:%M"  # of an input for a moment


def form_of(notice: Announcement) -> Form:
    """Return an announcement as its form shows it."""
    form = Form({"severity": notice.severity.value})
    for text in notice.texts:
        form[f"title-{text.locale}"] = text.title
        form[f"body-{text.locale}"] = text.body
        form[f"fixed-{text.locale}"] = text.fixed_words
    form.setlist("scopes", list(notice.scopes))
    form.setlist("categories", [str(each) for each in notice.category_ids])
    form["starts"] = _local(notice.starts_at)
    form["ends"] = _local(notice.ends_at) if notice.ends_at else ""
    article = db.session.get(Article, notice.article_id) if notice.article_id else None
    form["article"] = article.key if article else ""
    for name, is_so in (("issue", notice.is_issue), ("mailed", notice.is_mailed)):
        if is_so:
            form[name] = "yes"
    return form


def blank() -> Form:
    """Return the form of a new announcement."""
    form = Form({"severity": Severity.NOTICE.value, "mailed": "yes"})
    form.setlist("scopes", [Scope.SITE.value, Scope.WIDGET.value])
    return form


def _local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings().timezone)).strftime(MINUTE_FORM)


def check(form: Form, category_ids: set[int], now: datetime) -> Checked:
    """Return what a form says; without errors its values can be kept. `texts` is (title, body) by language."""
    found = Checked()
    found.values["texts"] = _texts(form, found)
    severity = form.get("severity", "")
    found.values["severity"] = Severity(severity) if severity in set(Severity) else Severity.NOTICE
    found.values["is_issue"] = form.get("issue") == "yes"
    found.values["is_mailed"] = form.get("mailed") == "yes"
    _places(form, category_ids, found)
    starts, ends = _moment(form, "starts", found), _moment(form, "ends", found)
    found.values["starts_at"], found.values["ends_at"] = starts or now, ends
    if ends is not None and ends <= (starts or now) and "ends" not in found.errors:
        found.errors["ends"] = _("The end lies before the start.")
    _article(form, found)
    return found


def _texts(form: Form, found: Checked) -> dict[str, tuple[str, str]]:
    texts = {}
    for locale in settings().locales:
        title = " ".join(form.get(f"title-{locale}", "").split())
        body = form.get(f"body-{locale}", "").replace("\r\n", "\n").strip()
        _length(f"title-{locale}", title, MAX_TITLE, found)
        _length(f"body-{locale}", body, MAX_BODY, found)
        if body and not title:
            found.errors[f"title-{locale}"] = _("Say it in a few words first.")
        if title:
            texts[locale] = (title, body)
    if not texts and not found.errors:
        found.errors[f"title-{settings().default_locale}"] = _(
            "Write it in one language at least. Readers of the others see it too, marked as such."
        )
    return texts


def _length(name: str, text: str, most: int, found: Checked) -> None:
    if len(text) > most:
        found.errors[name] = _(
            "%(most)s characters at most; these are %(count)s.", most=most, count=len(text)
        )


def _places(form: Form, known: set[int], found: Checked) -> None:
    chosen = set(form.getlist("scopes"))
    scopes = [each.value for each in Scope if each.value in chosen]
    numbers = {int(each) for each in form.getlist("categories") if each.isdecimal()}
    found.values["scopes"], found.values["category_ids"] = scopes, sorted(numbers & known)
    if not scopes:
        found.errors["scopes"] = _("Choose where it is shown.")
    elif Scope.CATEGORY.value in scopes and not found.values["category_ids"]:
        found.errors["categories"] = _("Choose the categories on whose pages it is shown.")


def _moment(form: Form, name: str, found: Checked) -> datetime | None:
    """Read a moment of the site's time zone."""
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        found.errors[name] = _("“%(text)s” is not a day and a time.", text=text)
        return None
    return moment.replace(tzinfo=ZoneInfo(settings().timezone))


def _article(form: Form, found: Checked) -> None:
    text = form.get("article", "").strip()
    found.values["article_id"] = None
    if not text:
        return
    name = unquote(urlsplit(text).path).rstrip("/").rpartition("/")[2]
    number = db.session.scalar(
        select(Article.id)
        .join(Translation, Translation.article_id == Article.id)
        .where(or_(Article.key == name, Translation.slug == name))
        .limit(1)
    )
    if number is None:
        found.errors["article"] = _(
            "“%(text)s” is no article. Paste the address of its page, or its key.", text=text
        )
    found.values["article_id"] = number


def write_texts(notice: Announcement, texts: Mapping[str, tuple[str, str]]) -> None:
    """Give an announcement its texts; a language without one loses it."""
    known = {each.locale: each for each in notice.texts}
    for locale in known.keys() - texts.keys():
        notice.texts.remove(known[locale])
    for locale, (title, body) in texts.items():
        if locale not in known:
            known[locale] = AnnouncementText(locale=locale, title=title)
            notice.texts.append(known[locale])
        known[locale].title, known[locale].body = title, body


def remembered(
    was: Mapping[str, Any], plain: Iterable[str], moments: Iterable[str]
) -> Announcement:
    """Return an announcement as it was before it was taken away."""
    notice = Announcement(severity=Severity(was["severity"]))
    for name in plain:
        setattr(notice, name, was[name])
    for name in moments:
        setattr(notice, name, datetime.fromisoformat(was[name]) if was[name] else None)
    notice.texts = [
        AnnouncementText(locale=locale, title=title, body=body, fixed_words=fixed)
        for locale, title, body, fixed in was["texts"]
    ]
    return notice
