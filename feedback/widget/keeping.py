"""Rules of the widget as a lead keeps them: checked, in their order, each change in the audit log."""

from collections.abc import Sequence

from sqlalchemy import func, select

from articles.models import Article, Translation
from feedback.widget.matching import tidy
from feedback.widget.models import WidgetRule
from feedback.widget.sites import checked_origin
from feedback.widget.suggesting import MOST, rules
from kb.audit.recording import record
from kb.db import db

MAX_RULES = 200
MAX_FOUND = 8


class NoPattern(ValueError):
    """A rule without anything that it could fit."""


class NoArticles(ValueError):
    """A rule that suggests nothing."""


class TooManyRules(ValueError):
    """More than anybody could keep in order."""


def keep_rule(
    rule: WidgetRule | None, *, pattern: str, origin: str, article_ids: Sequence[int]
) -> WidgetRule:
    """Add or change a rule, uncommitted; a new one stands last.

    Raises `NoPattern`, `NoArticles`, `TooManyRules` or `sites.BadOrigin`.
    """
    if not pattern.strip():
        raise NoPattern
    site = checked_origin(origin) if origin.strip() else ""
    known = set(db.session.scalars(select(Article.id).where(Article.id.in_(article_ids))))
    chosen = [each for each in dict.fromkeys(article_ids) if each in known][:MOST]
    if not chosen:
        raise NoArticles
    if rule is None:
        others = rules()
        if len(others) >= MAX_RULES:
            raise TooManyRules
        rule = WidgetRule(position=max((each.position for each in others), default=-1) + 1)
        db.session.add(rule)
    rule.pattern, rule.origin, rule.article_ids = tidy(pattern), site, chosen
    db.session.flush()
    record("widget.rule-kept", thing="widget", thing_id=rule.id, label=f"{site}{rule.pattern}")
    return rule


def move_up(rule: WidgetRule) -> None:
    """Let a rule be asked before the one above it, uncommitted."""
    ordered = rules()
    place = ordered.index(rule)
    if place == 0:
        return
    ordered[place - 1 : place + 1] = [rule, ordered[place - 1]]
    for position, each in enumerate(ordered):
        each.position = position
    record("widget.rule-moved", thing="widget", thing_id=rule.id, label=rule.pattern)


def remove_rule(rule: WidgetRule) -> None:
    """Take a rule away, uncommitted."""
    record("widget.rule-removed", thing="widget", thing_id=rule.id, label=rule.pattern)
    db.session.delete(rule)


def titles(article_ids: Sequence[int], locale: str) -> dict[int, str]:
    """Return what articles are called, in `locale` if they have a text in it."""
    found: dict[int, str] = {}
    texts = select(Translation).where(Translation.article_id.in_(article_ids))
    for each in db.session.scalars(texts):
        if each.article_id not in found or each.locale == locale:
            found[each.article_id] = each.title
    return found


def found_by_title(words: str, locale: str) -> list[int]:
    """Return the articles with these words in a title of theirs, those of `locale` first."""
    escaped = words.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = (
        select(Translation.article_id)
        .where(
            func.lower(Translation.title).like(f"%{escaped}%", escape="\\"),
            Translation.public_revision_id.is_not(None),
        )
        .order_by((Translation.locale == locale).desc(), func.length(Translation.title))
        .limit(2 * MAX_FOUND)
    )
    return list(dict.fromkeys(db.session.scalars(query)))[:MAX_FOUND]
