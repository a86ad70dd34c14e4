"""Synonyms and phrasings in the studio, for writers."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request
from flask import url_for as _url
from flask_babel import gettext as _
from sqlalchemy import Select, select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Audience, Translation
from articles.queries import published
from articles.rights import demand, within
from articles.views import address_of
from kb.accounts.present import who
from kb.caching import private
from kb.db import db
from kb.locales import current_locale, settings
from kb.rights import Right, requires
from search.analysis import fold, language_of
from search.models import Decision, PhrasingRow, SynonymRule
from search.taught import frequent, vocabulary
from search.taught.preview import Preview
from search.taught.synonyms import Rule, RuleInvalid, parse_rule
from search.taught.words import FAULTS

blueprint = Blueprint("taught", __name__, url_prefix="/studio")  # its pages are with search's

MAX_RULE_LENGTH = 3_100  # characters: 30 words of 100, and commas
MAX_PHRASINGS = 500


@dataclass(frozen=True, slots=True)
class Form:
    """A rule as it was typed, and what is wrong with it."""

    locale: str
    words: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule as a row of the page."""

    id: int
    locale: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ShownPhrasing:
    """A phrasing as a row of the page."""

    id: int
    text: str
    title: str
    address: str
    locale: str
    translation_id: int
    helpful: int
    votes: int
    leads: bool
    voted_at: datetime
    decision: str
    decided_by: str
    simulated: bool


# Synonyms


@blueprint.get("/synonyms")
@requires(Right.TEACH_SEARCH)
def synonyms() -> AnyResponse:
    """List the rules, and take a new one."""
    return private(_synonyms_page(Form(_asked_locale() or current_locale())))


@blueprint.post("/synonyms")
@requires(Right.TEACH_SEARCH)
def add_synonyms() -> AnyResponse:
    """Keep a new rule, or show what it would change."""
    form, rule = _read_form()
    if rule is None:
        return private(_synonyms_page(form), HTTPStatus.BAD_REQUEST)
    if "preview" in request.form:
        found = frequent.preview_rule(form.locale, rule)
        return private(_synonyms_page(form, preview=found))
    try:
        vocabulary.add_rule(form.locale, rule, by=who())
    except vocabulary.RuleExists:
        return private(_synonyms_page(_known_already(form)), HTTPStatus.CONFLICT)
    return _back_to_synonyms(form.locale, saved=str(rule))


@blueprint.get("/synonyms/<int:number>")
@requires(Right.TEACH_SEARCH)
def synonym(number: int) -> AnyResponse:
    """Show one rule, to be changed."""
    row = _rule(number)
    return private(_rule_page(row, Form(row.locale, str(vocabulary.rule_of(row)))))


@blueprint.post("/synonyms/<int:number>")
@requires(Right.TEACH_SEARCH)
def change_synonym(number: int) -> AnyResponse:
    """Keep a rule as it was changed, or show what that would change."""
    row = _rule(number)
    form, rule = _read_form()
    if rule is None:
        return private(_rule_page(row, form), HTTPStatus.BAD_REQUEST)
    if "preview" in request.form:
        found = frequent.preview_rule(form.locale, rule, instead_of=row.id)
        return private(_rule_page(row, form, preview=found))
    try:
        vocabulary.change_rule(row, form.locale, rule, by=who())
    except vocabulary.RuleExists:
        return private(_rule_page(_rule(number), _known_already(form)), HTTPStatus.CONFLICT)
    return _back_to_synonyms(form.locale, saved=str(rule))


@blueprint.post("/synonyms/<int:number>/delete")
@requires(Right.TEACH_SEARCH)
def delete_synonym(number: int) -> AnyResponse:
    """Forget a rule; the page that follows can bring it back."""
    row = _rule(number)
    words, locale = str(vocabulary.rule_of(row)), row.locale
    vocabulary.remove_rule(row)
    return _back_to_synonyms(locale, deleted=words)


def _rule(number: int) -> SynonymRule:
    row = db.session.get(SynonymRule, number)
    if row is None:
        abort(HTTPStatus.NOT_FOUND)
    return row


def _read_form() -> tuple[Form, Rule | None]:
    """Return what was typed, and the rule if it is one."""
    locale = request.form.get("locale", "")
    if locale not in settings().locales:
        abort(HTTPStatus.BAD_REQUEST)
    words = request.form.get("words", "")[:MAX_RULE_LENGTH]
    try:
        return Form(locale, words), parse_rule(words, language_of(locale))
    except RuleInvalid as error:
        return Form(locale, words, str(FAULTS[error.fault])), None


def _known_already(form: Form) -> Form:
    return Form(form.locale, form.words, str(_("This rule is kept already.")))


def _synonyms_page(form: Form, preview: Preview | None = None) -> str:
    locale, wanted = _asked_locale(), fold(request.args.get("q", "").strip())
    rows = db.session.scalars(vocabulary.rules(locale))
    found = [_shown_rule(row) for row in rows]
    shown = [each for each in found if _holds(each, wanted)]
    return render_template(
        "search/studio_synonyms.html",
        form=form,
        preview=preview,
        rules=shown,
        total=len(found),
        asked_locale=locale or "",
        asked_words=request.args.get("q", "").strip(),
        saved=request.args.get("saved", ""),
        deleted=request.args.get("deleted", ""),
    )


def _rule_page(row: SynonymRule, form: Form, preview: Preview | None = None) -> str:
    return render_template(
        "search/studio_synonym.html", rule=_shown_rule(row), form=form, preview=preview
    )


def _holds(rule: ShownRule, wanted: str) -> bool:
    return not wanted or any(wanted in fold(word) for word in rule.sources + rule.targets)


def _shown_rule(row: SynonymRule) -> ShownRule:
    return ShownRule(
        id=row.id,
        locale=row.locale,
        sources=tuple(row.sources),
        targets=tuple(row.targets),
        changed_by=row.changed_by,
        changed_at=row.changed_at,
    )


def _back_to_synonyms(locale: str, **said: str) -> AnyResponse:
    where = _url(".synonyms", locale=locale, **said)  # type: ignore[arg-type]
    return redirect(where, HTTPStatus.SEE_OTHER)


# Phrasings


@blueprint.get("/phrasings")
@requires(Right.TEACH_SEARCH)
def phrasings() -> AnyResponse:
    """List what visitors taught the search, of one article or all."""
    article = request.args.get("article", type=int)
    if article is not None:
        _demand(Right.READ_STUDIO, article)
    found = shown_phrasings(article, among=within(select(Translation.id)))
    html = render_template("search/studio_phrasings.html", phrasings=found, article=article)
    return private(html)


@blueprint.post("/phrasings/<int:number>")
@requires(Right.TEACH_SEARCH)
def decide_phrasing(number: int) -> AnyResponse:
    """Keep or revoke a phrasing, or leave it to its votes again."""
    row = db.session.get(PhrasingRow, number)
    if row is None:
        abort(HTTPStatus.NOT_FOUND)
    _demand(Right.WRITE, row.translation_id)
    decisions = {"keep": Decision.KEPT, "revoke": Decision.REVOKED, "leave": None}
    wanted = request.form.get("decision", "")
    if wanted not in decisions:
        abort(HTTPStatus.BAD_REQUEST)
    vocabulary.decide(row, decisions[wanted], by=who())
    article = request.form.get("article", type=int)
    where = _url(".phrasings", article=article, _anchor=f"phrasing-{number}")
    return redirect(where, HTTPStatus.SEE_OTHER)


def _demand(right: Right, translation_id: int) -> None:
    """Refuse what belongs to an article over which the person who asks has no right."""
    demand(
        right, (db.session.get(Translation, translation_id) or abort(HTTPStatus.NOT_FOUND)).article
    )


def shown_phrasings(
    article: int | None, *, among: Select[int] | None = None
) -> list[ShownPhrasing]:
    """Return the phrasings of one public article or of all, only of the translations in `among`."""
    wanted = None if article is None else [article]
    query = vocabulary.phrasings(wanted)
    if among is not None:
        query = query.where(PhrasingRow.translation_id.in_(among))
    rows = list(db.session.scalars(query.limit(MAX_PHRASINGS)))
    ids = {row.translation_id for row in rows}
    public = {
        each.id: each
        for each in db.session.scalars(
            published(reader=Audience.STAFF).where(Translation.id.in_(ids))
        )
    }
    return [
        _shown_phrasing(row, public[row.translation_id])
        for row in rows
        if row.translation_id in public
    ]


def _shown_phrasing(row: PhrasingRow, translation: Translation) -> ShownPhrasing:
    return ShownPhrasing(
        id=row.id,
        text=row.text,
        title=translation.title,
        address=address_of(translation),
        locale=translation.locale,
        translation_id=translation.id,
        helpful=row.helpful,
        votes=row.votes,
        leads=row.is_first or row.decision is Decision.KEPT,
        voted_at=row.voted_at,
        decision=row.decision.value if row.decision else "",
        decided_by=row.decided_by,
        simulated=row.simulated,
    )


def _asked_locale() -> str | None:
    found = request.args.get("locale", "")
    return found if found in settings().locales else None
