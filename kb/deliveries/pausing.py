"""Stop sending to a receiver, and begin again; nothing that waits for it is lost."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select, update

from kb.accounts.letters import language_of
from kb.accounts.models import Role, RoleName, User
from kb.audit.recording import record
from kb.db import db, utc_now
from kb.deliveries.models import Delivery, Receiver
from kb.deliveries.queue import address_of
from kb.deliveries.receivers import is_waiting, of
from kb.formats import shown_moment
from kb.locales import settings
from kb.mail import outbox
from kb.mail.speaking import speaking

KIND = "delivery-paused"


def pause(receiver: Receiver) -> None:
    """Let everything for a receiver wait until somebody says otherwise. Committed."""
    if receiver.paused_at is None:
        receiver.paused_at, receiver.paused_because = utc_now(), ""
        _record(receiver, "paused")
    db.session.commit()


def resume(receiver: Receiver) -> None:
    """Send what waits for a receiver from now on, as if it had never failed. Committed."""
    if receiver.paused_at is not None:
        _record(receiver, "resumed")
    receiver.paused_at, receiver.paused_because = None, ""
    revive(receiver)
    db.session.commit()


def revive(receiver: Receiver) -> int:
    """Make due what waits for a receiver, whatever was tried before; return how many. Uncommitted."""
    receiver.not_before = receiver.failing_since = None
    receiver.failures = 0
    found = db.session.scalars(
        update(Delivery)
        .where(of(receiver), is_waiting())
        .values(due_at=utc_now(), attempts=0, is_aside=False)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(found.all())


def pause_failing(receiver_id: int, reason: str, since: datetime) -> None:
    """Pause a receiver that has failed for days, and tell the administrators. Uncommitted."""
    receiver = db.session.get(Receiver, receiver_id, populate_existing=True)
    if receiver is None or receiver.paused_at is not None:
        return
    receiver.paused_at, receiver.paused_because = utc_now(), reason
    _record(receiver, "paused")
    waiting = db.session.scalar(
        select(func.count()).select_from(Delivery).where(of(receiver), is_waiting())
    )
    name = address_of(receiver.kind, receiver.target_id).name
    for user in _administrators():
        with speaking(language_of(user)):
            outbox.send(
                user.email,
                kind=KIND,
                subject=outbox.one_line(_("%(name)s does not answer any more", name=name)),
                text=_text(name, reason, since, waiting or 0),
            )


def _text(name: str, reason: str, since: datetime, waiting: int) -> str:
    return "\n\n".join(
        (
            _(
                "%(site)s has tried to reach %(name)s since %(moment)s, in vain. It has stopped "
                "trying.",
                site=settings().site_name,
                name=name,
                moment=shown_moment(since),
            ),
            _("The last answer: %(reason)s", reason=reason),
            ngettext(
                "Nothing is lost: %(num)s message waits, and leaves once you resume sending.",
                "Nothing is lost: %(num)s messages wait, and leave in their order once you resume "
                "sending.",
                waiting,
            ),
            url_for("deliveries.listing", _external=True),
        )
    )


def _administrators() -> list[User]:
    found = db.session.scalars(
        select(User)
        .join(User.roles)
        .where(Role.name == RoleName.ADMIN.value, User.active, User.invited_at.is_(None))
    )
    return list(found)


def _record(receiver: Receiver, act: str) -> None:
    name = address_of(receiver.kind, receiver.target_id).name
    record(f"receiver.{act}", thing=receiver.kind, thing_id=receiver.target_id, label=name)
