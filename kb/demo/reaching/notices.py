"""What Clairson tells its customers before they ask."""

from datetime import datetime, timedelta

from sqlalchemy import select

from articles.models import Article, Category
from feedback.announcements.models import Announcement, AnnouncementText, Scope, Severity
from kb.db import db
from kb.demo.crowd.calendar import Calendar
from kb.demo.studio.people import colleague

STRIKE = {
    "fr": (
        "Grève chez le transporteur : comptez un à deux jours de plus",
        (
            "Les colis de l’**Île-de-France** et du **Nord** partent à l’heure, mais arrivent plus tard. "
            "Inutile de nous écrire pour un retard de moins de trois jours : votre lien de suivi est à jour."
        ),
    ),
    "en": (
        "Carrier on strike: allow one or two more days",
        (
            "Parcels to **Paris and the north of France** leave on time and arrive later. "
            "No need to write for a delay under three days: your tracking link is up to date."
        ),
    ),
}
OUTAGE = {
    "fr": (
        "Connexion à l’application impossible (E-90)",
        "Nous cherchons la cause. Vos lampes répondent toujours à l’interrupteur et au Galet.",
        "La connexion est rétablie. Rouvrez l’application : il n’y a rien d’autre à faire.",
    ),
    "en": (
        "The app cannot sign in (E-90)",
        "We are looking for the cause. Your lamps still obey the switch and the Galet.",
        "Signing in works again. Open the app anew: there is nothing else to do.",
    ),
}


def announce(now: datetime) -> None:
    """Put up the notice of the day, and the issue of three weeks ago that is fixed."""
    ines, calendar = colleague("ines").id, Calendar.before(now)
    delivery = db.session.scalars(select(Category.id).where(Category.key == "delivery")).one()
    outage = db.session.scalars(select(Article.id).where(Article.key == "sign-in-outage")).one()
    strike = Announcement(
        severity=Severity.MINOR,
        scopes=[Scope.CATEGORY.value, Scope.WIDGET.value],
        category_ids=[delivery],
        starts_at=now - timedelta(hours=20),
        ends_at=now + timedelta(days=6),
        created_at=now - timedelta(hours=20),
        updated_at=now - timedelta(hours=20),
        author_id=ines,
        announced_at=now - timedelta(hours=20),
        simulated=True,
    )
    strike.texts = [
        AnnouncementText(locale=locale, title=title, body=body)
        for locale, (title, body) in STRIKE.items()
    ]
    fixed = Announcement(
        severity=Severity.MAJOR,
        is_issue=True,
        scopes=[Scope.SITE.value, Scope.WIDGET.value],
        starts_at=calendar.outage_from + timedelta(minutes=20),
        ends_at=calendar.outage_until + timedelta(days=1),
        fixed_at=calendar.outage_until,
        article_id=outage,
        created_at=calendar.outage_from + timedelta(minutes=20),
        updated_at=calendar.outage_until,
        author_id=ines,
        announced_at=calendar.outage_from + timedelta(minutes=21),
        fixed_told_at=calendar.outage_until,
        simulated=True,
    )
    fixed.texts = [
        AnnouncementText(locale=locale, title=title, body=body, fixed_words=words)
        for locale, (title, body, words) in OUTAGE.items()
    ]
    db.session.add_all([strike, fixed])
    db.session.commit()
