"""What lies on the desks: drafts, a review that waits, one sent back, and what is planned."""

from datetime import datetime, timedelta

from sqlalchemy import select

from articles.drafting import draft_article, draft_translation, newest, save_draft
from articles.models import Audience, Category, Revision, Significance, Stage, Translation
from articles.publishing import Words, commit_changes, publish, schedule, words_of
from articles.studio.editing import working_copies
from articles.studio.models import LineComment, Review, Verdict
from articles.studio.publishing import commenting, reviews
from kb.accounts.models import User
from kb.db import db
from kb.demo.studio import texts
from kb.demo.studio.days import on_day
from kb.demo.studio.past import translation_of
from kb.demo.studio.people import colleague, signed_in


def lay_out_the_desks(now: datetime) -> None:
    """Begin, send, send back and plan what the writers have in hand."""
    _write_and_forget_to_save(now)
    _ask_for_review(now)
    _send_back(now)
    _plan(now)
    _write_for_few(now)


def _category(key: str) -> Category:
    return db.session.scalars(select(Category).where(Category.key == key)).one()


def _dated(revision: Revision, at: datetime) -> None:
    revision.created_at = at
    if revision.number == 1:
        revision.translation.created_at = revision.translation.article.created_at = at


def _begin(
    words: Words, locale: str, by: User, at: datetime, *, category: str, stage: Stage | None = None
) -> Translation:
    draft = draft_article(words, locale, stage=stage, category=_category(category), by=by.name)
    draft.article.owner = by.email
    _dated(newest(draft), at)
    return draft


def _changed(
    translation: Translation, edit: tuple[str, str], *, by: User, at: datetime, message: str
) -> Revision:
    before, after = edit
    last = newest(translation)
    words = words_of(last)
    assert before in words.body, "the demo's own article holds these words"
    body = words.body.replace(before, after, 1)
    written = save_draft(
        translation,
        Words(**{**words.columns(), "body": body}),
        after=last.number,
        by=by.name,
        message=message,
        significance=Significance.MEDIUM,
    )
    _dated(written, at)
    return written


def _write_and_forget_to_save(now: datetime) -> None:
    """Camille was called away in the middle of a sentence, yesterday evening."""
    with signed_in("camille") as camille:
        draft = _begin(texts.TIMER, "fr", camille, on_day(now, 2, 14, 30), category="lamps")
        typed = {
            "title": texts.TIMER.title,
            "slug": draft.slug,
            "summary": texts.TIMER.summary,
            "body": texts.TIMER.body + texts.TIMER_TYPED_SINCE,
            "answers": "\n".join(texts.TIMER.answers),
            "synonyms": "",
            "keywords": "",
            "message": "",
        }
        working_copies.keep(draft, typed, after=1, page="yesterday")
        row = working_copies.own(draft)
        assert row is not None, "it was kept just now"
        evening = on_day(now, 1, 17, 52)
        row.form = {**(row.form or {}), "at": evening.isoformat()}
        row.saved_at = row.seen_at = evening
        db.session.commit()


def _ask_for_review(now: datetime) -> None:
    """Camille has written what to do when the bank’s page stays white, and asks Jonas."""
    asked = on_day(now, 1, 16, 20)
    with signed_in("camille") as camille:
        article = translation_of("payment-refused", "en")
        written = _changed(
            article, texts.WHITE_PAGE, by=camille, at=asked, message=texts.WHITE_PAGE_MESSAGE
        )
        review = reviews.ask(
            article, written, by=camille, reviewer=colleague("jonas"), note=texts.WHITE_PAGE_NOTE
        )
        review.created_at = asked
        db.session.commit()


def _send_back(now: datetime) -> None:
    """Jonas has read what Camille wrote of gift wrapping, and asks for two things."""
    with signed_in("camille") as camille:
        draft = _begin(
            texts.WRAPPING, "fr", camille, on_day(now, 5, 14, 30), category="order",
            stage=Stage.BEFORE,
        )  # fmt: skip
        review = reviews.ask(draft, newest(draft), by=camille, reviewer=colleague("jonas"))
        review.created_at = on_day(now, 4, 10, 5)
        db.session.commit()
        number = review.id
    read = on_day(now, 3, 11, 40)
    with signed_in("jonas") as jonas:
        review = db.session.get_one(Review, number)
        lines = review.revision.body.split("\n")
        for quote, text in texts.WRAPPING_COMMENTS:
            line = next(at for at, each in enumerate(lines, 1) if quote in each)
            said = commenting.comment(
                review.translation, review.revision, text, by=jonas, line=line
            )
            said.created_at = read
        reviews.decide(review, Verdict.CHANGES_ASKED, by=jonas, reason=texts.WRAPPING_REASON)
        review.decided_at = read
        db.session.commit()
    _answer(now)


def _answer(now: datetime) -> None:
    """Camille has answered the first comment and not come round to the rest."""
    first = db.session.scalars(select(LineComment).order_by(LineComment.id)).first()
    assert first is not None, "Jonas has just said it"
    with signed_in("camille") as camille:
        first = db.session.get_one(LineComment, first.id)
        translation = db.session.get_one(Translation, first.translation_id)
        revision = db.session.get_one(Revision, first.revision_id)
        said = commenting.comment(
            translation, revision, texts.WRAPPING_ANSWER, by=camille, answers=first
        )
        said.created_at = on_day(now, 2, 9, 15)
        db.session.commit()


def _plan(now: datetime) -> None:
    """An article for tomorrow at nine, and new prices for the first of next month."""
    tomorrow = on_day(now, -1, 9)
    next_month = on_day(now, 0, 0).replace(day=1) + timedelta(days=32)
    first = next_month.replace(day=1)
    with signed_in("jonas") as jonas:
        for locale, words in (("fr", texts.HOLIDAYS_FR), ("en", texts.HOLIDAYS_EN)):
            if locale == "fr":
                draft = _begin(
                    words, locale, jonas, on_day(now, 6, 14, 30), category="delivery",
                    stage=Stage.BEFORE,
                )  # fmt: skip
            else:
                draft = _translated(draft, words, locale, jonas, on_day(now, 5, 14, 30))
            schedule(draft, newest(draft), at=tomorrow)
        prices = translation_of("delivery-times-and-prices", "fr")
        written = _changed(
            prices,
            texts.NEW_PRICE,
            by=jonas,
            at=on_day(now, 2, 14, 30),
            message=texts.NEW_PRICE_MESSAGE,
        )
        schedule(prices, written, at=first)
        commit_changes()


def _translated(
    source: Translation, words: Words, locale: str, by: User, at: datetime
) -> Translation:
    made = draft_translation(source.article, words, locale, by=by.name)
    revision = newest(made)
    revision.translated_from = newest(source).id
    _dated(revision, at)
    return made


def _write_for_few(now: datetime) -> None:
    """One article for customers who have signed in, one for the team."""
    for words, audience, category, ago in (
        (texts.LOYALTY, Audience.CUSTOMERS, "order", 48),
        (texts.ANGRY, Audience.STAFF, "returns", 71),
    ):
        at = on_day(now, ago, 10)
        with signed_in("ines") as ines:
            draft = _begin(words, "fr", ines, at, category=category)
            draft.article.audience = audience
            publish(draft, newest(draft), at=at)
            commit_changes()
