"""Findings with the file and line that they are in, for a command and its continuous integration."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import joinedload

from articles.checks.facts import draft_of, facts_of
from articles.checks.findings import Finding, Severity
from articles.checks.messages import advice, said
from articles.checks.rules import check
from articles.models import Article, Audience, Translation
from articles.publishing import words_of
from articles.queries import published
from kb.db import db


@dataclass(frozen=True, slots=True)
class Located:
    """One finding. `line` counts from 1 in the file; 0 stands for all of it."""

    file: str
    line: int
    severity: Severity
    rule: str
    says: str
    advice: str

    @property
    def place(self) -> tuple[str, int]:
        """Sort by file, then by line."""
        return self.file, self.line


def located(file: str, line: int, finding: Finding) -> Located:
    """Return a finding at its place."""
    return Located(file, line, finding.severity, finding.rule, said(finding), advice(finding))


def name_of(translation: Translation) -> str:
    """Return what stands for a file where an article has none."""
    return f"{translation.locale}/{translation.slug}"


def check_published() -> Iterator[tuple[Translation, list[Located]]]:
    """Yield what every public translation has to mend; lines are those of its body."""
    query = published(reader=Audience.STAFF).options(joinedload(Translation.public_revision))
    for each in db.session.scalars(query.order_by(Translation.locale, Article.key)).all():
        assert each.public_revision is not None, "published() only gives what has public words"
        draft = draft_of(words_of(each.public_revision), each.locale)
        found = check(draft, facts_of(draft))
        yield each, [located(name_of(each), finding.line or 0, finding) for finding in found]
