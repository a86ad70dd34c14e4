"""The languages of one article, as the panel beside the editor and readers see them; and the desk."""

from dataclasses import dataclass

from flask import Flask, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_security import current_user

from articles.models import Article, Translation
from articles.rights import may
from articles.studio.desk import SHOWN, Act, DeskList, Item, register_list
from articles.studio.languages.translations import Job, jobs, standing_name
from articles.translating import changes_behind, outdated_source
from articles.translation_source import newest_revision, source_of
from articles.translation_standing import Standing, standing_after
from articles.translation_state import counted, translations_behind
from kb.formats import shown_number
from kb.locales import settings
from kb.rights import Right, holds


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of an article in the panel: what there is of it, and where it stands."""

    locale: str
    translation: Translation | None
    standing: Standing
    major: int
    medium: int
    is_source: bool
    is_public: bool


def tongues(article: Article) -> list[Tongue]:
    """Return every language of the site for an article, its source first."""
    source = source_of(article)
    others = [each for each in settings().locales if each != source.locale]
    return [_tongue(article, locale, source) for locale in (source.locale, *others)]


def _tongue(article: Article, locale: str, source: Translation) -> Tongue:
    translation = article.in_locale(locale)
    words = newest_revision(translation) if translation is not None else None
    if translation is None or words is None:
        return Tongue(locale, None, Standing.MISSING, 0, 0, is_source=False, is_public=False)
    is_source = translation is source
    changes = () if is_source else changes_behind(words, source)
    major, medium = counted(changes)
    return Tongue(
        locale,
        translation,
        standing_after(changes),
        major,
        medium,
        is_source=is_source,
        is_public=translation.public_revision_id is not None,
    )


def is_held(source: Translation) -> bool:
    """Tell whether the public words of a source are held back from translation."""
    revision = source.public_revision
    return revision is not None and revision.held_at is not None


def may_hold_back(article: Article) -> bool:
    """Tell whether the signed-in person calls changes of an article ready for translation."""
    return may(Right.REVIEW, article)


def waiting() -> DeskList | None:
    """Return what is to translate, those with most readers first."""
    if not holds(current_user, Right.WRITE) or len(settings().locales) < 2:
        return None
    behind = [each for each in translations_behind() if each.standing is not Standing.REFRESH]
    return DeskList(
        "translations",
        str(_("Translations behind")),
        str(
            ngettext(
                "%(num)s translation is missing or out of date.",
                "%(num)s translations are missing or out of date.",
                len(behind),
            )
        ),
        len(behind),
        [_item(each) for each in jobs(behind[:SHOWN])],
        url_for("translations.overview"),
    )


def _item(job: Job) -> Item:
    text = job.text
    meta = standing_name(text.standing)
    if text.visits >= 1:
        readers = round(text.visits)
        meta += " · " + str(
            ngettext("%(shown)s visit", "%(shown)s visits", readers, shown=shown_number(readers))
        )
    if job.draft_id is not None:
        return Item(
            text.title, url_for("translate.page", number=job.draft_id), meta, text.source_locale
        )
    act = Act(
        str(_("Begin")),
        url_for("translations.begin", article_id=text.article_id),
        {"language": text.locale},
    )
    url = url_for("drafts.draft", number=text.source_id)
    return Item(text.title, url, meta, text.source_locale, (act,))


def init_app(app: Flask) -> None:
    """Tell pages and the desk of languages."""
    app.jinja_env.globals.update(
        outdated_source=outdated_source,
        tongues=tongues,
        is_held_from_translation=is_held,
        may_hold_back=may_hold_back,
        standing_name=standing_name,
    )
    register_list(app, "translations", waiting)
