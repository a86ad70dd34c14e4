"""What articles said before: the revisions that led to the words of today.

Told backwards: each change names what stands there since, and what stood there until then. So the
words of today stay those of the demo's files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from articles.models import Article, Publication, Revision, Significance, Translation
from articles.publishing import words_of
from kb.db import db
from kb.demo.studio.days import on_day
from kb.demo.studio.people import colleague


@dataclass(frozen=True, slots=True)
class Change:
    """A revision of an article in one language: made `ago` days before the day of the story."""

    ago: int
    by: str
    message: str
    significance: Significance
    since: str = ""
    until: str = ""


FIRST = Significance.MAJOR
CHANGES: dict[tuple[str, str], Sequence[Change]] = {
    # From the newest to the first.
    ("return-a-product", "fr"): (
        Change(
            34, "ines", "Le retour devient gratuit en Belgique", Significance.MAJOR,
            "| France, Belgique | Gratuit, avec notre étiquette |\n| Suisse, Royaume-Uni |",
            "| France | Gratuit, avec notre étiquette |\n| Belgique, Suisse, Royaume-Uni |",
        ),
        Change(
            81, "camille", "Coquille", Significance.TYPO,
            "dans les 14 jours qui suivent la création", "dans les 14 jour qui suivent la création",
        ),
        Change(
            150, "camille", "Dire qu’un produit ouvert se rend aussi", Significance.MEDIUM,
            "Le produit peut avoir été ouvert et utilisé ; il doit être complet",
            "Le produit doit être complet",
        ),
        Change(240, "jonas", "Première version", FIRST),
    ),
    ("return-a-product", "en"): (
        Change(
            33, "jonas", "Returns become free in Belgium", Significance.MAJOR,
            "| France, Belgium | Free, with our label |\n| United Kingdom, Switzerland |",
            "| France | Free, with our label |\n| Belgium, United Kingdom, Switzerland |",
        ),
        Change(239, "jonas", "First version", FIRST),
    ),
    ("refund-times", "fr"): (
        Change(
            9, "ines", "Le port est rendu si toute la commande revient", Significance.MAJOR,
            "- La livraison standard, si vous renvoyez toute la commande dans les 14 jours. "
            "Le supplément express reste dû.",
            "- La livraison n’est pas remboursée.",
        ),
        Change(
            62, "camille", "Coquille", Significance.TYPO,
            "son taux de change peut laisser un petit écart",
            "son taux de change peut laissé un petit écart",
        ),
        Change(190, "camille", "Première version", FIRST),
    ),
    ("recycle-old-device", "fr"): (
        Change(
            16, "camille", "Rappeler que donner vaut mieux que jeter", Significance.MEDIUM,
            " Si l’appareil fonctionne, pensez à le donner ; sinon, voyez", " Voyez",
        ),
        Change(120, "camille", "Première version", FIRST),
    ),
    ("no-sound", "fr"): (
        Change(
            47, "camille", "Le clic permet de savoir où chercher", Significance.MAJOR,
            "Si vous entendez un petit clic à chaque appui, l’enceinte fonctionne et le son part "
            "ailleurs : regardez du côté de la source. Si vous n’entendez rien du tout, regardez "
            "du côté du courant.",
            "Vérifiez ensuite la source, puis le courant.",
        ),
        Change(160, "jonas", "Première version", FIRST),
    ),
}  # fmt: skip
# What the other language was made from: the words of the source that came before its last change.
MADE_FROM_FORMER = ("refund-times", "recycle-old-device")


class StoryOutdated(RuntimeError):
    """A change names words that its article does not hold any more."""


def give_articles_a_past(now: datetime) -> None:
    """Write the former revisions of the articles named, and date the present ones."""
    for (key, locale), changes in CHANGES.items():
        translation = translation_of(key, locale)
        newest = translation.public_revision
        if newest is not None and newest.number == 1:
            _tell_backwards(translation, newest, changes, now)
    for key in MADE_FROM_FORMER:
        source, target = translation_of(key, "fr"), translation_of(key, "en")
        former = source.revisions[-2]
        for revision in target.revisions:
            revision.translated_from = former.id
            revision.created_at = former.created_at + timedelta(days=1)
    db.session.commit()


def translation_of(key: str, locale: str) -> Translation:
    """Return an article of the demo in a language."""
    query = select(Translation).join(Article)
    return db.session.scalars(query.where(Article.key == key, Translation.locale == locale)).one()


def _tell_backwards(
    translation: Translation, newest: Revision, changes: Sequence[Change], now: datetime
) -> None:
    newest.number = len(changes)
    db.session.flush()
    words, body = words_of(newest).columns(), newest.body
    made: list[Revision] = []
    for place, change in enumerate(changes):
        revision = newest
        if place:
            revision = Revision(
                translation=translation, number=len(changes) - place, **{**words, "body": body}
            )
            db.session.add(revision)
        author = colleague(change.by)
        revision.author, revision.author_id = author.name, author.id
        revision.message, revision.significance = change.message, change.significance
        revision.created_at = on_day(now, change.ago, 10, change.ago % 60)
        made.append(revision)
        if change.since not in body:
            raise StoryOutdated(f"{translation.slug}: {change.since!r}")
        body = body.replace(change.since, change.until, 1) if change.since else body
    db.session.flush()
    _remember(translation, made)


def _remember(translation: Translation, made: Sequence[Revision]) -> None:
    """Note since when each of them was public."""
    first = made[-1]
    translation.published_at = first.created_at
    translation.updated_at = made[0].created_at
    db.session.execute(delete(Publication).where(Publication.translation_id == translation.id))
    for revision in reversed(made):
        db.session.add(
            Publication(
                translation_id=translation.id,
                revision_id=revision.id,
                at=revision.created_at,
                by=revision.author,
                by_id=revision.author_id,
            )
        )
