"""Help an article to be found: synonyms and questions, with the ranking before and after."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import abort, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from articles.models import Audience, Translation
from articles.queries import published
from articles.views import address_of
from feedback.gaps import actions, teaching
from feedback.gaps.acting import back_to
from feedback.gaps.answering import close_answered
from feedback.gaps.drafts import asked_questions, own_questions
from feedback.gaps.labels import OUTLOOKS
from feedback.gaps.models import Act, Gap, GapNote
from feedback.gaps.teaching import Place
from feedback.gaps.views import blueprint, gap_or_404, words
from kb.accounts.present import who
from kb.caching import private
from kb.db import db, utc_now
from kb.rights import Right, requires
from search.analysis import language_of
from search.models import SynonymRule
from search.taught import vocabulary
from search.taught.synonyms import Rule, RuleInvalid, parse_rule
from search.taught.words import FAULTS

MAX_RULE_LENGTH = 300  # characters
UNDOABLE = {Act.SYNONYM, Act.PHRASING}


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as the page shows it."""

    words: str
    places: tuple[Place, ...]


def article_of(gap: Gap) -> Translation:
    """Return the public article that a gap should lead to, in its language if it is there."""
    query = published(reader=Audience.STAFF).where(
        Translation.article_id.in_(
            select(Translation.article_id).where(Translation.id == gap.nearest_id)
        )
    )
    found = list(db.session.scalars(query.order_by(Translation.id)))
    own = [each for each in found if each.locale == gap.locale]
    if not found:
        abort(HTTPStatus.NOT_FOUND)
    return (own or found)[0]


@blueprint.get("/gaps/<int:number>/help")
@requires(Right.WORK_ON_GAPS)
def help_find(number: int) -> AnyResponse:
    """Propose synonyms that bring the article up for the questions of a gap."""
    return _page(gap_or_404(number))


def _page(gap: Gap, *, typed: str = "", fault: str = "", tried: Shown | None = None) -> AnyResponse:
    article = article_of(gap)
    questions = asked_questions(gap)[: teaching.MAX_QUESTIONS]
    proposals = teaching.propose(questions, article)
    html = render_template(
        "feedback/gaps/help.html",
        gap=gap,
        article=article,
        article_address=address_of(article),
        places=[(each, teaching.place(each.text, article)) for each in questions],
        proposals=[Shown(str(each.rule), each.places) for each in proposals.rules],
        outlook=OUTLOOKS[proposals.outlook],
        best=proposals.question,
        typed=typed,
        fault=fault,
        tried=tried,
        **words(),
    )
    return private(html, HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK)


@blueprint.post("/gaps/<int:number>/synonym")
@requires(Right.WORK_ON_GAPS)
def teach_synonym(number: int) -> AnyResponse:
    """Keep a synonym, or show first what it would do."""
    gap = gap_or_404(number)
    article = article_of(gap)
    typed = request.form.get("words", "")[:MAX_RULE_LENGTH]
    try:
        rule = parse_rule(typed, language_of(article.locale))
    except RuleInvalid as error:
        return _page(gap, typed=typed, fault=str(FAULTS[error.fault]))
    if "preview" in request.form:
        questions = own_questions(gap)[: teaching.MAX_QUESTIONS]
        seen = teaching.effect(rule, questions, article)
        return _page(gap, typed=typed, tried=Shown(str(rule), seen.places))
    return _keep(gap, article, rule)


def _keep(gap: Gap, article: Translation, rule: Rule) -> AnyResponse:
    try:
        row = vocabulary.add_rule(article.locale, rule, by=who())
    except vocabulary.RuleExists:
        return _page(gap, typed=str(rule), fault=str(_("This rule is kept already.")))
    note = actions.noted(gap, Act.SYNONYM, str(rule), by=who(), rule=row.id)
    return _answered_by(gap, article, note)


@blueprint.post("/gaps/<int:number>/phrasing")
@requires(Right.WORK_ON_GAPS)
def teach_phrasing(number: int) -> AnyResponse:
    """Add a question of customers to those that the article answers."""
    gap = gap_or_404(number)
    article = article_of(gap)
    question = request.form.get("question", "").strip()
    if question not in own_questions(gap):
        abort(HTTPStatus.BAD_REQUEST)
    teaching.teach_question(article, question, by=who())
    note = actions.noted(
        gap, Act.PHRASING, question, by=who(), translation=article.id, question=question
    )
    return _answered_by(gap, article, note)


def _answered_by(gap: Gap, article: Translation, note: GapNote) -> AnyResponse:
    """Take what was taught for the answer: from now on the verdict says whether it was."""
    gap.answer_id, gap.answer_after = article.id, 0
    db.session.flush()
    number = note.id
    db.session.commit()
    close_answered()
    return back_to(gap, undo=number)


@blueprint.post("/gaps/<int:number>/notes/<int:note_number>/undo")
@requires(Right.WORK_ON_GAPS)
def undo(number: int, note_number: int) -> AnyResponse:
    """Take back a synonym or a question that was taught, and take the gap up again."""
    gap = gap_or_404(number)
    note = db.session.get(GapNote, note_number)
    if note is None or note.gap_id != gap.id or note.what not in UNDOABLE:
        abort(HTTPStatus.NOT_FOUND)
    if note.undone_at is None:
        _take_back(note)
        note.undone_at = utc_now()
        actions.reopen(gap, by=who())
        db.session.commit()
    return back_to(gap)


def _take_back(note: GapNote) -> None:
    if note.what is Act.SYNONYM:
        row = db.session.get(SynonymRule, note.data["rule"])
        if row is not None:
            vocabulary.remove_rule(row)
        return
    article = db.session.get(Translation, note.data["translation"])
    if article is not None:
        teaching.forget_question(article, note.data["question"], by=who())
