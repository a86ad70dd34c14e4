"""The audit log in the words of its readers. An act without words here is shown as it is recorded."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

ACTS: Mapping[str, LazyString] = {
    "account.closed": _l("closed an account"),
    "account.invitation-accepted": _l("accepted an invitation"),
    "account.invitation-withdrawn": _l("withdrew an invitation"),
    "account.invited": _l("invited somebody"),
    "account.linked": _l("linked an account to a provider of identities"),
    "account.locked": _l("an account was locked after wrong passwords"),
    "account.password-changed": _l("changed a password"),
    "account.password-link": _l("sent a link for a new password"),
    "account.password-reset": _l("set a new password by a link"),
    "account.reopened": _l("reopened an account"),
    "account.role": _l("changed a role"),
    "account.role-kept": _l("kept the only administrator against the provider"),
    "account.sign-in-ended": _l("ended a session"),
    "account.signed-in": _l("signed in"),
    "account.signed-out": _l("signed out"),
    "account.unlocked": _l("unlocked an account"),
    "act.undone": _l("undid an act on many things"),
    "address.added": _l("added an address that leads elsewhere"),
    "address.file": _l("added a file of addresses"),
    "address.removed": _l("removed an address that led elsewhere"),
    "article.archived": _l("archived"),
    "article.audience": _l("changed who may read"),
    "article.begun": _l("began an article"),
    "article.end-cancelled": _l("let it stay on the site"),
    "article.end-planned": _l("planned when it leaves the site"),
    "article.filed": _l("filed under a category"),
    "article.published": _l("published"),
    "article.restored": _l("brought back"),
    "article.scheduled": _l("scheduled"),
    "article.unscheduled": _l("planned nothing any more"),
    "article.verify-date": _l("changed the date of verification"),
    "attachment.uploaded": _l("uploaded a file"),
    "audit.exported": _l("took the audit log as a file"),
    "category.added": _l("added a category"),
    "category.merged": _l("merged categories"),
    "category.moved": _l("moved a category"),
    "category.removed": _l("removed a category"),
    "category.renamed": _l("renamed a category"),
    "comment.reopened": _l("opened a comment again"),
    "comment.resolved": _l("called a comment done"),
    "comment.written": _l("commented"),
    "passkey.added": _l("added a passkey"),
    "passkey.removed": _l("removed a passkey"),
    "preview.ended": _l("ended all preview links"),
    "preview.given": _l("made a preview link"),
    "recovery-code.used": _l("used a recovery code"),
    "recovery-codes.made": _l("made recovery codes"),
    "review.approved": _l("approved"),
    "review.asked": _l("asked for a review"),
    "review.changes-asked": _l("asked for changes"),
    "review.withdrawn": _l("withdrew a review"),
    "revision.restored": _l("restored old words as a draft"),
    "revision.weighed": _l("changed how much a revision means"),
    "rights.changed": _l("changed the rights in categories"),
    "second-factor.removed": _l("took a second factor away"),
    "second-factor.set": _l("set up codes of an app"),
    "template.changed": _l("changed a template"),
    "translation.begun": _l("began a translation"),
    "translation.held": _l("held a change back from translation"),
    "translation.ready": _l("called a change ready for translation"),
    "translation.up-to-date": _l("called a translation up to date"),
}
THINGS: Mapping[str, LazyString] = {
    "account": _l("account"),
    "act": _l("act on many things"),
    "address": _l("address"),
    "article": _l("article"),
    "attachment": _l("file"),
    "category": _l("category"),
    "translation": _l("article"),
}


def act_in_words(act: str) -> str:
    """Return what an act is called."""
    return str(ACTS.get(act, act))


def thing_in_words(thing: str) -> str:
    """Return what a sort of thing is called."""
    return str(THINGS.get(thing, thing))


def details_in_words(details: Mapping[str, object]) -> str:
    """Return what else is known, in one line: "from: writer, to: lead"."""
    return ", ".join(f"{name}: {_said(value)}" for name, value in details.items())


def _said(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " + ".join(map(_said, value)) or "–"
    if isinstance(value, Mapping):
        return f"({details_in_words(value)})"
    return "–" if value is None or value == "" else str(value)
