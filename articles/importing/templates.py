"""`templates.yaml`: what a new article of a kind begins with, where a lead has changed it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from articles.importing.folder import Folder
from articles.importing.frontmatter import BrokenFrontMatter, load_yaml
from articles.models import Kind
from articles.studio.models import Template
from kb.db import db, utc_now

FILE_NAME = "templates.yaml"


def write_templates(folder: Folder) -> bool:
    """Add the templates that the site does not have; tell whether there were any. Uncommitted.

    Those that a lead has changed here stay as they are.
    """
    found = list(_read(folder))
    if not found:
        return False
    there = {(each.kind, each.locale) for each in db.session.scalars(select(Template))}
    new = {(t.kind, t.locale): t for t in found if (t.kind, t.locale) not in there}
    db.session.add_all(new.values())
    return bool(new)


def _read(folder: Folder) -> Iterator[Template]:
    if FILE_NAME not in folder.paths:
        return
    try:
        items = load_yaml(folder.read(FILE_NAME).decode())
    except BrokenFrontMatter as broken:
        folder.report(FILE_NAME, broken.line, str(broken), "skipped")
        return
    except UnicodeDecodeError:
        folder.report(FILE_NAME, 0, "not UTF-8", "skipped")
        return
    for number, item in enumerate(items if isinstance(items, list) else [], 1):
        template = _template(item) if isinstance(item, dict) else None
        if template is None:
            reason = f"entry {number} lacks a kind, a locale or a body"
            folder.report(FILE_NAME, 0, reason, "skipped")
        else:
            yield template


def _template(item: dict[str, Any]) -> Template | None:
    kind, locale, body = item.get("kind"), item.get("locale"), item.get("body")
    if kind not in list(Kind) or not isinstance(locale, str) or not isinstance(body, str):
        return None
    when = item.get("updated")
    aware = when if isinstance(when, datetime) else utc_now()
    return Template(
        kind=Kind(kind),
        locale=locale,
        body=body,
        updated_at=aware if aware.tzinfo else aware.replace(tzinfo=UTC),
        updated_by=str(item.get("by") or ""),
    )
