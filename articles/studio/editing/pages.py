"""The page of a draft, as stored or as typed, with whatever is wrong said beside it."""

import json
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from flask import render_template, request, session
from flask_security import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from articles import limits
from articles.drafting import has_unpublished, newest, without_notes
from articles.filing import things_of
from articles.models import Audience, Category, Kind, Stage, Translation
from articles.rendering import preview_html
from articles.rights import may
from articles.studio.editing import filing, working_copies
from articles.studio.editing.forms import LISTS, Form, stored, typed
from articles.views import address_of
from kb.caching import private
from kb.db import db
from kb.locales import current_locale, settings
from kb.rights import Right


def editor_page(
    translation: Translation,
    form: Form,
    status: HTTPStatus = HTTPStatus.OK,
    *,
    page: str = "",
    things: Mapping[str, str] | None = None,
) -> Response:
    """Return the editor with `form` in it. `page` names the window whose unsaved words these are."""
    stored_things = things_of(translation.article)
    html = render_template(
        "articles/studio/draft.html",
        **form_context(translation, form, page),
        preview=preview(translation, form),
        copies=[] if page else unsaved(translation),
        things=things or stored_things,
        things_shown=json.dumps(stored_things, ensure_ascii=False),
        categories=options(filing.homes_of(translation.article, categories())),
        kinds=list(Kind),
        stages=list(Stage),
        audiences=list(Audience),
        is_changed=has_unpublished(translation),
        may_publish=may(Right.PUBLISH, translation.article),
    )
    return private(html, status)


def form_context(translation: Translation, form: Form, page: str = "") -> dict[str, object]:
    """Return what `articles/studio/_form.html` needs, on whichever page it stands."""
    return {
        "translation": translation,
        "article": translation.article,
        "form": form,
        "page_token": page or secrets.token_urlsafe(9),
        "is_public": translation.public_revision_id is not None,
        "may_change": filing.may_change(translation),
        "address": address_of(translation),
        "locales": settings().locales,
        "people": working_copies.others(translation),
        "person": current_user.id,
        "saved_pages": " ".join(session.get("saved_pages", [])),
        "max_body": limits.at_most(limits.BODY, newest(translation).body),
    }


def preview(translation: Translation, form: Form) -> str:
    """Return what readers would see of the text."""
    body = without_notes(form.words.body[: limits.BODY])  # the page says that there is more
    return preview_html(body, form.words.title, translation.locale, address_of)


def wanted(translation: Translation) -> tuple[Form, str]:
    """Return the words as stored, or the unsaved ones asked for (`?copy=`) with their page's name."""
    asked = request.args.get("copy", "")
    for copy in working_copies.copies(translation):
        if copy.page == asked:
            return typed(translation, {**copy.fields, "revision": str(copy.after)}), copy.page
    return stored(translation), ""


def unsaved(translation: Translation) -> list[working_copies.Copy]:
    """Return what the person typed here and did not save, where it says anything new."""
    known = fields_of(stored(translation))
    return [
        copy
        for copy in working_copies.copies(translation)
        if any(
            copy.fields.get(name, value).strip() != value.strip() for name, value in known.items()
        )
    ]


def fields_of(form: Form) -> dict[str, str]:
    """Return the fields of the page as their texts."""
    lists = {name: "\n".join(getattr(form.words, name)) for name in LISTS}
    return {
        "title": form.words.title,
        "slug": form.slug,
        "summary": form.words.summary,
        "body": form.words.body,
        **lists,
    }


def categories() -> list[Category]:
    """Return every category, in reading order."""
    return list(db.session.scalars(select(Category).order_by(Category.position, Category.id)))


def options(found: Iterable[Category]) -> list[tuple[str, str]]:
    """Return (key, name) of categories, in the language of the page."""
    return [(each.key, each.name_in(current_locale()).name) for each in found]
