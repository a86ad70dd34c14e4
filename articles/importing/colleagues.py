"""Reviews and comments that come back with a translation, by the accounts that the site has."""

from collections.abc import Mapping
from functools import cached_property

from articles.colleagues import CommentLine, ReviewLine, accounts
from articles.models import Translation
from articles.studio.models import LineComment, Review
from kb.db import db

Ids = Mapping[tuple[int, str, int], int]  # of revisions, by article, locale and number


class Colleagues:
    """The accounts of the site by their address, asked for once and only where needed."""

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {address.casefold(): number for number, address in accounts().items()}

    def number(self, address: str) -> int | None:
        """Return whose address it is here, None for nobody's."""
        return self._numbers.get(address.casefold()) if address else None

    def add_review(self, translation: Translation, line: ReviewLine, revision: int) -> None:
        """Keep a review of a revision."""
        db.session.add(
            Review(
                translation_id=translation.id,
                revision_id=revision,
                verdict=line.verdict,
                asked_by_id=self.number(line.asked_by),
                reviewer_id=self.number(line.reviewer),
                note=line.note,
                decided_by_id=self.number(line.decided_by),
                reason=line.reason,
                created_at=line.created,
                decided_at=line.decided,
            )
        )

    def add_comment(
        self, translation: Translation, line: CommentLine, revision: int, answers: int | None
    ) -> int:
        """Keep a comment; return its number in the database, which its answers need."""
        comment = LineComment(
            translation_id=translation.id,
            revision_id=revision,
            answers_id=answers,
            line=line.line,
            quote=line.quote,
            text=line.text,
            author_id=self.number(line.account),
            author=line.author,
            created_at=line.created,
            resolved_at=line.resolved,
            resolved_by=line.resolved_by,
        )
        db.session.add(comment)
        db.session.flush()
        return comment.id
