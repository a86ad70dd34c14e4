"""The visitors of these tests, and what they do, at chosen moments."""

from datetime import UTC, datetime, timedelta

from limits import parse

from articles.models import Translation
from articles.publishing import Words, commit_changes, publish, write_revision
from feedback.recording import Shown, record_read, record_search
from feedback.visitors import Visitor
from feedback.voting import Receipt, record_vote

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
ALICE, BOB, CAROL = (Visitor(letter * 32) for letter in "abc")
ROBOT = Visitor("d" * 32, is_bot=True)
WRITER = Visitor("e" * 32, is_staff=True)


def at(seconds: float = 0, *, minutes: float = 0, days: float = 0) -> datetime:
    """Return a moment after the start of the story."""
    return START + timedelta(days=days, minutes=minutes, seconds=seconds)


def shown(*translations: Translation, weak: bool = False, matched: int | None = None) -> Shown:
    """Return what a search showed."""
    return Shown(
        retrieved=len(translations),
        matched=len(translations) if matched is None else matched,
        confidence=0.1 if weak else 0.9,
        weak=weak,
        mode="hybrid",
        translation_ids=tuple(each.id for each in translations),
    )


def search(
    who: Visitor,
    query: str,
    *translations: Translation,
    moment: datetime = START,
    weak: bool = False,
    matched: int | None = None,
    locale: str = "en",
    page: int = 1,
) -> int:
    """Let somebody search; return the intent."""
    intent = record_search(
        who,
        query=query,
        locale=locale,
        shown=shown(*translations, weak=weak, matched=matched),
        at=moment,
        page=page,
    )
    assert intent is not None, "the search was not recorded"
    return intent


def read(
    who: Visitor, what: Translation, *, seconds: int, query: str = "", moment: datetime = START
) -> int:
    """Let somebody open and read an article from `moment` on."""
    record_read(who, what, query=query, rank=1, at=moment)
    done = record_read(
        who, what, query=query, rank=1, seconds=seconds, at=moment + timedelta(seconds=seconds)
    )
    assert done is not None, "the reading was not recorded"
    return done


def vote(
    who: Visitor,
    what: Translation,
    *,
    helpful: bool,
    query: str = "",
    moment: datetime = START,
    limit: str = "30 per hour",
) -> Receipt:
    """Let somebody vote."""
    return record_vote(who, what, helpful=helpful, query=query, at=moment, limit=parse(limit))


def publish_again(translation: Translation, body: str = "Better words.") -> Translation:
    """Publish a new revision of an article."""
    revision = write_revision(translation, Words(title=translation.title, body=body))
    publish(translation, revision)
    commit_changes()
    return translation
