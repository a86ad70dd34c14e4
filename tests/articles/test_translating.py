"""A translation is behind by what its source has said in public since, and by how much it matters."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from articles.coverage import Text, coverage, weighed, work
from articles.models import Revision, Significance, Translation
from articles.publishing import Words, archive, commit_changes, publish, write_revision
from articles.translating import begin, bring_up_to, changes_behind, mark_ready, outdated_source
from articles.translation_source import source_of
from articles.translation_standing import Standing, Step, changes_since, standing_after
from articles.translation_state import (
    behind,
    behind_among,
    register_visits,
    texts,
    translations_behind,
)
from kb.db import db
from kb.locales import settings
from tests import factories

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TYPO, MEDIUM, MAJOR = Significance.TYPO, Significance.MEDIUM, Significance.MAJOR


def _standing(*changes: Significance, public: int | None = None, base: int = 1) -> Standing:
    steps = [Step(1, MAJOR, NOON)]
    steps += [Step(number, each, NOON) for number, each in enumerate(changes, 2)]
    found = changes_since(steps, public=public or len(steps), base=base, translated_at=NOON)
    return standing_after(found)


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ((), Standing.CURRENT),
        ((TYPO, TYPO), Standing.CURRENT),
        ((TYPO, MEDIUM), Standing.REFRESH),
        ((MAJOR, TYPO), Standing.OUTDATED),
    ],
)
def test_the_greatest_change_decides(changes: tuple[Significance, ...], standing: Standing) -> None:
    assert _standing(*changes) is standing


def test_what_is_not_public_yet_ages_nothing() -> None:
    assert _standing(TYPO, MAJOR, public=2) is Standing.CURRENT


def test_what_came_before_the_translation_ages_nothing() -> None:
    assert _standing(MAJOR, MEDIUM, base=2) is Standing.REFRESH


@pytest.mark.parametrize(
    ("translated", "standing"),
    [(timedelta(-1), Standing.OUTDATED), (timedelta(1), Standing.CURRENT)],
)
def test_without_a_known_base_the_dates_decide(translated: timedelta, standing: Standing) -> None:
    steps = [Step(1, MAJOR, NOON + timedelta(9)), Step(2, MAJOR, NOON)]
    found = changes_since(steps, public=2, base=None, translated_at=NOON + translated)
    assert standing_after(found) is standing


def test_the_first_words_of_a_source_never_age_what_was_imported_with_it() -> None:
    steps = [Step(1, MAJOR, NOON + timedelta(300))]
    assert not changes_since(steps, public=1, base=None, translated_at=NOON)


def test_what_is_held_back_asks_for_no_work_until_something_later_is_ready() -> None:
    held = Step(3, MAJOR, NOON, is_held=True)
    steps = [Step(1, MAJOR, NOON), Step(2, MEDIUM, NOON), held]
    assert not changes_since(steps, public=3, base=1, translated_at=NOON)
    steps += [Step(4, TYPO, NOON), Step(5, MEDIUM, NOON, is_ready=True)]
    assert not changes_since(steps, public=4, base=1, translated_at=NOON)
    released = changes_since(steps, public=5, base=1, translated_at=NOON)
    assert [each.number for each in released] == [2, 3, 5]


@given(
    st.lists(st.sampled_from(Significance), max_size=8),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_more_of_the_source_translated_is_never_further_behind(
    changes: list[Significance], base: int, later: int
) -> None:
    order = (Standing.CURRENT, Standing.REFRESH, Standing.OUTDATED)
    first, second = sorted((base, later))
    before, after = (_standing(*changes, base=each) for each in (first, second))
    assert order.index(after) <= order.index(before)


# Kept in the database


@pytest.fixture
def pair(app: Flask) -> tuple[Translation, Translation]:
    """A French article with its English translation."""
    source = factories.article("Lampe", "Texte", locale="fr", slug="lampe")
    english = factories.article("Lamp", "Text", locale="en", slug="lamp", of=source.article)
    return source, english


def _change(translation: Translation, significance: Significance, **options: object) -> Revision:
    number = len(translation.revisions)
    words = Words(title=translation.title, body=f"{translation.locale} {number}")
    revision = write_revision(translation, words, significance=significance)
    publish(translation, revision)
    commit_changes()
    return revision


def _seen(locale: str = "en") -> Standing:
    return next(each.standing for each in texts() if each.locale == locale)


def test_a_major_change_is_told_and_translating_it_ends_that(
    pair: tuple[Translation, Translation],
) -> None:
    source, english = pair
    _change(source, TYPO)
    assert _seen() is Standing.CURRENT
    major = _change(source, MAJOR)
    assert _seen() is Standing.OUTDATED
    assert outdated_source(english) is source
    bring_up_to(english.public_revision, major)  # type: ignore[arg-type]
    assert _seen() is Standing.CURRENT
    assert outdated_source(english) is None


def test_mending_a_translation_does_not_bring_it_up_to_date(
    pair: tuple[Translation, Translation],
) -> None:
    source, english = pair
    _change(source, MAJOR)
    for _ in range(2):
        _change(english, TYPO)
    assert _seen() is Standing.OUTDATED


def test_a_medium_change_is_worth_refreshing_and_readers_are_not_told(
    pair: tuple[Translation, Translation],
) -> None:
    source, english = pair
    _change(source, MEDIUM)
    assert _seen() is Standing.REFRESH
    assert outdated_source(english) is None


def test_a_revision_held_back_waits_for_its_word(pair: tuple[Translation, Translation]) -> None:
    source, _ = pair
    revision = _change(source, MAJOR)
    mark_ready(revision, ready=False)
    commit_changes()
    assert _seen() is Standing.CURRENT
    assert next(each for each in texts() if each.locale == "en").is_held
    mark_ready(revision, ready=True)
    commit_changes()
    assert _seen() is Standing.OUTDATED


def test_the_stated_language_is_the_source(pair: tuple[Translation, Translation]) -> None:
    source, english = pair
    assert source_of(source.article) is source
    source.article.source_locale = "en"
    assert source_of(source.article) is english


def test_a_language_without_a_text_is_missing_and_its_draft_begins_with_the_structure(
    app: Flask,
) -> None:
    source = factories.article("Lampe", "Texte\n\n## Pied\n\nTexte\n", locale="fr")
    assert _seen() is Standing.MISSING
    with app.test_request_context():
        draft = begin(source.article, "en", with_text=False)
        again = begin(source.article, "en", with_text=True)
    assert again is draft
    assert (draft.title, draft.revisions[0].body) == ("Lampe", "## Pied\n")
    assert draft.revisions[0].translated_from == source.public_revision_id
    assert _seen() is Standing.MISSING


def test_what_was_there_first_stays_the_source_when_the_first_language_is_begun(app: Flask) -> None:
    english = factories.article("Limit the volume", "One.\n\n## Two\n\nThree.", locale="en")
    assert english.article.source_locale == ""
    with app.test_request_context():
        begin(english.article, settings().default_locale, with_text=False)
    assert source_of(english.article) is english


def test_a_few_articles_are_told_without_reading_the_others(any_app: Flask) -> None:
    source = factories.article("Lampe", locale="fr")
    english = factories.article("Lamp", of=source.article)
    other = factories.article("Sofa", locale="fr")
    factories.article("Sofa", of=other.article)
    _change(source, MAJOR)
    _change(other, MAJOR)
    english.revisions[0].translated_from = source.revisions[0].id
    commit_changes()
    assert behind_among([source.article_id]) == {english.id}
    assert len(behind()) == 2, "the state of all is read when it is asked for"
    assert english.id in behind_among([other.article_id]), "what is known is not read again"
    _change(source, TYPO)
    assert behind_among([source.article_id]) == {english.id}, "a new state is read anew"


def test_an_archived_source_asks_for_nothing(pair: tuple[Translation, Translation]) -> None:
    for each in pair:
        archive(each)
    commit_changes()
    assert texts() == ()


def test_both_databases_tell_the_same(any_app: Flask) -> None:
    source = factories.article("Lampe", locale="fr")
    english = factories.article("Lamp", of=source.article)
    factories.article("Sofa")
    _change(source, MAJOR)
    _change(english, MEDIUM)
    found = sorted((each.locale, each.title, each.standing.value) for each in texts())
    assert found == [
        ("en", "Lampe", "outdated"),
        ("en", "Sofa", "current"),
        ("fr", "Lampe", "current"),
        ("fr", "Sofa", "missing"),
    ]
    assert db.session.get(Revision, english.public_revision_id).translated_from is not None  # type: ignore[union-attr]


def test_work_comes_in_the_order_of_its_readers(app: Flask) -> None:
    few, many = (factories.article(title, locale="fr") for title in ("Few", "Many"))
    register_visits(app, lambda: {few.id: 3, many.id: 30})
    with app.test_request_context():
        assert [each.title for each in translations_behind()] == ["Many", "Few"]
    assert changes_behind(few.public_revision, few) == ()  # type: ignore[arg-type]


# How much there is


def _text(number: int, locale: str, standing: Standing, translation: int | None) -> Text:
    return Text(number, None, f"T{number}", locale, "fr", number, translation, standing)


def test_a_missing_text_weighs_the_visits_it_could_expect() -> None:
    everything = [
        _text(1, "fr", Standing.CURRENT, 1),
        _text(1, "en", Standing.CURRENT, 101),
        _text(2, "fr", Standing.CURRENT, 2),
        _text(2, "en", Standing.MISSING, None),
    ]
    found = weighed(everything, {1: 100, 101: 50, 2: 40})
    assert [each.visits for each in found] == [100, 50, 40, 20]
    english = coverage(each for each in found if each.locale == "en")
    assert (english.share, english.share_of_visits) == (0.5, 50 / 70)
    assert [each.article_id for each in work(found)] == [2]


def test_a_language_that_nobody_visits_has_no_share_of_visits() -> None:
    assert coverage([_text(1, "en", Standing.MISSING, None)]).share_of_visits is None
