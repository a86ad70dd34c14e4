"""What colleagues say about lines of a draft; a comment stays with its line when the text moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from sqlalchemy import select

from articles.models import Revision, Translation
from articles.noting import note
from articles.studio.models import LineComment
from kb.accounts.models import User
from kb.accounts.present import who
from kb.db import db, utc_now

MAX_COMMENT = 4_000  # characters
MAX_QUOTE = 500  # characters kept of a line
ALIKE = 75  # percent, from which a line is the one that was commented on, changed a little
NEARBY = 40  # lines around its old place in which such a line is looked for


@dataclass(frozen=True, slots=True)
class Place:
    """Where the line of a comment is now. `line` None: it is about the whole text, or gone."""

    line: int | None
    is_changed: bool = False


def place(quote: str, line: int | None, lines: Sequence[str]) -> Place:
    """Find the line again that said `quote` and was number `line`.

    The same words nearest to where they were; else words much alike nearby, marked as changed;
    else nowhere.
    """
    if line is None:
        return Place(None)
    wanted = quote.strip()
    order = sorted(range(len(lines)), key=lambda index: (abs(index + 1 - line), index))
    same = (index for index in order if lines[index].strip()[:MAX_QUOTE] == wanted)
    found = next(same, None)
    if found is not None:
        return Place(found + 1)
    near = [index for index in order if abs(index + 1 - line) <= NEARBY] if wanted else []
    likeness = {index: fuzz.ratio(lines[index].strip()[:MAX_QUOTE], wanted) for index in near}
    best = max(near, key=lambda index: (likeness[index], -abs(index + 1 - line)), default=None)
    if best is not None and likeness[best] >= ALIKE:
        return Place(best + 1, is_changed=True)
    return Place(None, is_changed=True)


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its answers, and where its line is now."""

    comment: LineComment
    place: Place
    answers: list[LineComment] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for somebody."""
        return self.comment.resolved_at is None


def threads(translation: Translation, revision: Revision) -> list[Thread]:
    """Return all that was said, placed in the text of `revision`, in the order of its lines."""
    rows = db.session.scalars(
        select(LineComment)
        .where(LineComment.translation_id == translation.id)
        .order_by(LineComment.id)
    )
    return arranged(rows, revision.body.split("\n"))


def arranged(rows: Iterable[LineComment], lines: Sequence[str]) -> list[Thread]:
    """Return comments with their answers: those about the whole text first, then line by line."""
    found: dict[int, Thread] = {}
    for row in rows:
        if row.answers_id in found:
            found[row.answers_id].answers.append(row)
        else:
            found[row.id] = Thread(row, place(row.quote, row.line, lines))
    return sorted(found.values(), key=lambda each: (each.place.line or 0, each.comment.id))


def comment(
    translation: Translation,
    revision: Revision,
    text: str,
    *,
    by: User,
    line: int | None = None,
    answers: LineComment | None = None,
) -> LineComment:
    """Say something about a line of a revision, or about all of it, or in answer. Uncommitted."""
    lines = revision.body.split("\n")
    is_line = answers is None and line is not None and 1 <= line <= len(lines)
    added = LineComment(
        translation_id=translation.id,
        revision_id=revision.id,
        answers_id=None if answers is None else answers.id,
        line=line if is_line else None,
        quote=lines[line - 1].strip()[:MAX_QUOTE] if is_line and line is not None else "",
        text=text,
        author_id=by.id,
        author=who(),
    )
    db.session.add(added)
    db.session.flush()
    note("comment.written", translation, revision, comment=added.id, line=added.line)
    return added


def resolve(found: LineComment, translation: Translation, *, is_resolved: bool) -> None:
    """Call a comment done, or open it again. Uncommitted."""
    found.resolved_at = utc_now() if is_resolved else None
    found.resolved_by = who() if is_resolved else ""
    revision = db.session.get_one(Revision, found.revision_id)
    act = "comment.resolved" if is_resolved else "comment.reopened"
    note(act, translation, revision, comment=found.id, line=found.line)
