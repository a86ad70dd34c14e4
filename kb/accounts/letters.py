"""Letters about accounts: each in the language of who reads it, as text and as sober HTML.

They are put into the outbox, to be committed with what they tell. None holds a secret but the links
that are meant to be followed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import MailUtil

from kb.accounts.models import User
from kb.db import db
from kb.formats import shown_moment
from kb.locales import settings
from kb.mail import outbox
from kb.mail.speaking import speaking

log = structlog.get_logger(__name__)

KIND = "account"
RESET_HOURS = 2  # that the link for a new password holds
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
CHANGES = {
    "password": _l("Your password was changed."),
    "app": _l("From now on a code of an app is asked for after your password."),
    "no-app": _l("No code of an app is asked for any more."),
    "no-second-factor": _l("Nothing is asked for after your password any more."),
    "recovery-codes": _l("New recovery codes were made; those before no longer work."),
    "passkey": _l("A passkey was added."),
    "no-passkey": _l("A passkey was removed."),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says: a heading, paragraphs, and where it leads."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str = ""
    label: str = ""
    after: tuple[str, ...] = ()


def site_address() -> str:
    """Return the public address of the site, without a final slash."""
    return settings().site_url.rstrip("/") or request.url_root.rstrip("/")


def knows_its_address() -> bool:
    """Tell whether a letter that a stranger asks for may hold a link.

    Without `KB_SITE_URL` the address would be the one that the request names, and a stranger could
    name their own: the link, with its token, would lead there.
    """
    return bool(settings().site_url) or request.host.rsplit(":", 1)[0].strip("[]") in LOOPBACK


def language_of(user: User) -> str:
    """Return the language that somebody reads: theirs, if the site still speaks it."""
    config = settings()
    return user.locale if user.locale in config.locales else config.default_locale


@contextmanager
def _writing_to(user: User) -> Iterator[None]:
    with speaking(language_of(user)):
        yield


def _send(user: User, letter: Letter) -> None:
    locale = language_of(user)
    foot = _("You receive this because you have an account at %(site)s.", site=settings().site_name)
    said: dict[str, Any] = {"letter": letter, "foot": foot, "current_locale": lambda: locale}
    outbox.send(
        user.email,
        kind=KIND,
        subject=outbox.one_line(letter.subject),
        text=render_template("mail/account.txt", **said),
        html=render_template("mail/account.html", **said),
    )


def send_invitation(user: User, link: str, *, by: str, until: datetime) -> None:
    """Ask somebody in."""
    site = settings().site_name
    with _writing_to(user):
        _send(
            user,
            Letter(
                _("%(person)s invites you to %(site)s", person=by, site=site),
                (
                    _("Hello %(name)s,", name=user.name),
                    _(
                        "%(person)s has opened an account for you at %(site)s. Choose a password to "
                        "come in.",
                        person=by,
                        site=site,
                    )
                    if settings().takes_passwords
                    else _(
                        "%(person)s has opened an account for you at %(site)s. Sign in with "
                        "%(provider)s to come in.",
                        person=by,
                        site=site,
                        provider=settings().provider_name,
                    ),
                ),
                link,
                _("Accept the invitation"),
                (
                    _("The link works once, until %(moment)s.", moment=shown_moment(until)),
                    _("If you do not know what this is about, you need not do anything."),
                ),
            ),
        )


def send_new_password(user: User, link: str, *, hours: int) -> None:
    """Send the link that sets a new password."""
    with _writing_to(user):
        _send(
            user,
            Letter(
                _("Choose a new password"),
                (_("Somebody asked for a new password for your account, probably you."),),
                link,
                _("Choose a new password"),
                (
                    _("The link works once, for %(hours)s hours.", hours=hours),
                    _(
                        "If it was not you, you need not do anything: your password is unchanged, "
                        "and only you have received this link."
                    ),
                ),
            ),
        )


def send_use_provider(user: User) -> None:
    """Tell somebody without a password, who asks for a new one, how they come in."""
    name = settings().provider_name
    with _writing_to(user):
        _send(
            user,
            Letter(
                _("How you sign in"),
                (
                    _(
                        "Somebody asked for a new password for your account, probably you. It has "
                        "none: you sign in with %(provider)s.",
                        provider=name,
                    ),
                ),
                site_address() + url_for("security.login"),
                _("Sign in"),
            ),
        )


def send_locked(user: User, until: datetime) -> None:
    """Tell somebody that their account was guessed at."""
    with _writing_to(user):
        _send(
            user,
            Letter(
                _("Your account is locked for a while"),
                (
                    _(
                        "Ten wrong passwords or codes in a row were tried for your account. So that "
                        "nobody guesses it, none is accepted until %(moment)s, not even the right "
                        "one.",
                        moment=shown_moment(until),
                    ),
                    _("Was it you? A new password lets you in at once."),
                ),
                # A stranger sent the request: no address that they could have made up.
                site_address() + url_for("security.forgot_password") if knows_its_address() else "",
                _("Choose a new password"),
                (
                    _(
                        "Was it somebody else? They did not get in. A passkey or a code at each "
                        "sign-in keeps it so."
                    ),
                ),
            ),
        )


def send_changed(user: User, change: str) -> None:
    """Tell somebody that the way into their account has changed, one of `CHANGES`."""
    with _writing_to(user):
        _send(
            user,
            Letter(
                _("The way into your account has changed"),
                (
                    str(CHANGES[change]),
                    _(
                        "If it was you, all is well. If not, choose a new password at once and tell "
                        "an administrator."
                    ),
                ),
                site_address() + url_for("account.overview"),
                _("See your account"),
            ),
        )


class Letters(MailUtil):
    """Flask-Security's mail, in our words, through the outbox."""

    def send_mail(self, template: str, *_message: Any, **about: Any) -> None:
        """Put the letter for one of the library's templates into the outbox. Committed."""
        user: User = about["user"]
        if template.endswith("reset_instructions"):
            self._reset(user, about["reset_token"])
        else:
            send_changed(user, "password")
        db.session.commit()

    def _reset(self, user: User, token: str) -> None:
        if not knows_its_address():
            log.warning("no letter for a new password: KB_SITE_URL is not set", host=request.host)
            return
        if user.password is None and user.invited_at is None:
            send_use_provider(user)
            return
        link = site_address() + url_for("security.reset_password", token=token)
        send_new_password(user, link, hours=RESET_HOURS)
