"""What is typed about categories, and why an act on them is refused."""

from flask import request
from flask_babel import gettext as _

from articles.categorising import LimitsSomebody, Name, NotEmpty
from articles.hierarchy import MAX_DEPTH, InsideItself, TooDeep
from articles.models import Category
from articles.publishing import SlugTaken
from kb.locales import current_locale, settings

LIMITS = {"name": 100, "slug": 80, "description": 500}  # characters


def name_of(category: Category) -> str:
    """Return what a category is called in the language of the page."""
    return category.name_in(current_locale()).name if category.names else category.key


def typed_names() -> tuple[dict[str, Name], dict[str, str]]:
    """Return the names by language, and by field what is wrong with them."""
    names, errors = {}, {}
    for field, text in request.form.items():
        locale = field.removeprefix("name-")
        if locale == field or locale not in settings().locales:
            continue
        sent = {part: _line(request.form.get(f"{part}-{locale}", "")) for part in LIMITS}
        for part, limit in LIMITS.items():
            if len(sent[part]) > limit:
                errors[f"{part}-{locale}"] = str(
                    _(
                        "%(length)s characters; %(limit)s at most.",
                        length=len(sent[part]),
                        limit=limit,
                    )
                )
        if _line(text):
            names[locale] = Name(sent["name"], sent["slug"], sent["description"])
    if not names and not errors:
        errors["new"] = errors["slug"] = str(_("Give it a name in at least one language."))
    return names, errors


def _line(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def said(error: ValueError) -> str:
    """Say why an act was refused, and what to do instead."""
    if isinstance(error, SlugTaken):
        return str(
            _(
                "The address “%(slug)s” belongs to the category “%(title)s”. Choose another one.",
                slug=error.slug,
                title=error.title,
            )
        )
    if isinstance(error, InsideItself):
        return str(_("A category cannot go under itself, or into what is below it."))
    if isinstance(error, TooDeep):
        return str(
            _(
                "Readers get lost below level %(depth)s: put it higher, or merge categories.",
                depth=MAX_DEPTH,
            )
        )
    if isinstance(error, NotEmpty):
        return str(_("It is not empty: merge it into another, and nothing is lost."))
    if isinstance(error, LimitsSomebody):
        return str(
            _(
                "%(names)s may work in this category only, and could work everywhere without it. "
                "Change these rights first, or merge the category into another.",
                names=", ".join(error.names),
            )
        )
    raise error
