"""Letters to the leads who asked to be told of rises."""

from collections.abc import Iterable

from flask import render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from feedback.rises.models import Alert, AlertReader
from feedback.rises.words import measure
from kb.accounts.models import RoleName, User
from kb.db import db
from kb.mail import outbox


def is_told(user: User) -> bool:
    """Tell whether somebody asked to be told."""
    return db.session.get(AlertReader, user.id) is not None


def subscribe(user: User, locale: str) -> None:
    """Tell somebody of rises from now on. Committed."""
    db.session.merge(AlertReader(user_id=user.id, locale=locale))
    db.session.commit()


def unsubscribe(user: User) -> None:
    """Tell somebody no more. Committed."""
    reader = db.session.get(AlertReader, user.id)
    if reader is not None:
        db.session.delete(reader)
        db.session.commit()


def tell(alerts: Iterable[Alert]) -> int:
    """Write to everybody who asked and still is a lead; return how many letters. Committed."""
    letters = 0
    known = list(alerts)
    for user, locale in _readers() if known else []:
        for alert in known:
            with force_locale(locale):
                outbox.send(
                    user.email,
                    kind="alert",
                    subject=outbox.one_line(_("Sudden rise: %(question)s", question=alert.name)),
                    text=_text(alert),
                )
            letters += 1
    db.session.commit()
    return letters


def _readers() -> list[tuple[User, str]]:
    rows = db.session.execute(
        select(User, AlertReader.locale)
        .join(AlertReader, AlertReader.user_id == User.id)
        .where(User.active.is_(True))
    )
    return [(user, locale) for user, locale in rows if user.has_role(RoleName.LEAD.value)]


def _text(alert: Alert) -> str:
    return render_template(
        "feedback/rises/letter.txt",
        alert=alert,
        rise=measure(alert),
        address=url_for("rises.page", _external=True),
    )
