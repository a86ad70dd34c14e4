"""The audit log in the words of its readers. An act without words here is shown as it is recorded."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from kb.accounts.labels import ROLES
from kb.formats import shown_moment
from kb.locales import settings

ACTS: Mapping[str, LazyString] = {
    "account.closed": _l("closed an account"),
    "account.invitation-accepted": _l("accepted an invitation"),
    "account.invitation-withdrawn": _l("withdrew an invitation"),
    "account.invited": _l("invited somebody"),
    "account.linked": _l("linked an account to a provider of identities"),
    "account.locked": _l("locked after wrong passwords"),
    "account.password-changed": _l("changed their password"),
    "account.password-link": _l("asked for a new password"),
    "account.password-reset": _l("chose a new password"),
    "account.reopened": _l("reopened an account"),
    "account.role": _l("changed a role"),
    "account.role-kept": _l("kept a role that the provider would have taken"),
    "account.sign-in-ended": _l("ended a session"),
    "account.signed-in": _l("signed in"),
    "account.signed-out": _l("signed out"),
    "account.unlocked": _l("unlocked an account"),
    "act.undone": _l("undid an act on many things"),
    "address.added": _l("added an old address"),
    "address.file": _l("imported a list of old addresses"),
    "address.removed": _l("removed an old address"),
    "alert.drafted": _l("drafted a known issue for an alert"),
    "alert.not-an-incident": _l("found an alert to be no incident"),
    "alert.open": _l("left an alert open"),
    "alert.reopened": _l("took an alert up again"),
    "alert.seen": _l("saw an alert"),
    "api-key.made": _l("made an API key"),
    "api-key.revoked": _l("revoked an API key"),
    "announcement.added": _l("announced something"),
    "announcement.broken": _l("took a repair back"),
    "announcement.changed": _l("changed an announcement"),
    "announcement.end": _l("ended an announcement"),
    "announcement.fixed": _l("said that something is fixed"),
    "announcement.removed": _l("removed an announcement"),
    "article.address": _l("changed the address"),
    "article.archived": _l("archived the text"),
    "article.audience": _l("changed who may read"),
    "article.begun": _l("began"),
    "article.end-cancelled": _l("cancelled the end of publication"),
    "article.end-planned": _l("planned the end of publication"),
    "article.filed": _l("filed"),
    "article.published": _l("published the text"),
    "article.restored": _l("brought back"),
    "article.scheduled": _l("scheduled the text"),
    "article.unscheduled": _l("cancelled what was scheduled"),
    "article.verified": _l("found still right"),
    "article.verify-date": _l("changed the date of verification"),
    "articles.archived": _l("archived many"),
    "articles.assigned": _l("gave many to an owner"),
    "articles.audience": _l("changed who may read many"),
    "articles.moved": _l("moved many"),
    "articles.restored": _l("brought many back"),
    "articles.tagged": _l("tagged many"),
    "articles.untagged": _l("took a tag off many"),
    "attachment.uploaded": _l("uploaded a file"),
    "audit.exported": _l("took the audit log as a file"),
    "category.added": _l("added a category"),
    "category.merged": _l("merged categories"),
    "category.moved": _l("moved a category"),
    "category.removed": _l("removed a category"),
    "category.renamed": _l("renamed a category"),
    "channel.added": _l("added a channel"),
    "channel.changed": _l("changed a channel"),
    "channel.moved": _l("moved a channel"),
    "channel.removed": _l("removed a channel"),
    "comment.answered": _l("marked a comment as answered"),
    "comment.new": _l("called a comment new"),
    "comment.read": _l("read a comment"),
    "comment.reopened": _l("took up a remark again"),
    "comment.resolved": _l("settled a remark"),
    "comment.task": _l("made a comment a task"),
    "comment.undone": _l("took back a decision on a comment"),
    "comment.written": _l("made a remark"),
    "customer.erased": _l("erased what was held of a customer"),
    "customer.exported": _l("took what is held of a customer as a file"),
    "customer-key.added": _l("added a key that signs for customers"),
    "customer-key.ended": _l("ended a key that signs for customers"),
    "delivery.replayed": _l("sent a message to a program again"),
    "digest.stopped": _l("stopped the digest"),
    "digest.wished": _l("asked for the digest"),
    "folder.imported": _l("imported a folder"),
    "folder.synced": _l("synchronised a folder"),
    "gap.answer-named": _l("named the article that answers"),
    "gap.assigned": _l("gave a question to somebody"),
    "gap.came-back": _l("a question came back"),
    "gap.dismissed": _l("put a question aside"),
    "gap.drafted": _l("began an article for a question"),
    "gap.due": _l("set the date of a question"),
    "gap.improving": _l("improves an article for a question"),
    "gap.note": _l("noted something about a question"),
    "gap.opened": _l("opened a question"),
    "gap.phrasing": _l("taught a question to an article"),
    "gap.published": _l("a question was answered"),
    "gap.renamed": _l("renamed a question"),
    "gap.reopened": _l("took a question up again"),
    "gap.started": _l("began to work on a question"),
    "gap.synonym": _l("taught a synonym for a question"),
    "gap.translating": _l("translates for a question"),
    "help-desk.changed": _l("changed the help desk"),
    "help-desk.connected": _l("connected a help desk"),
    "help-desk.removed": _l("let go of the help desk"),
    "help-desk.secret": _l("made a new secret for the help desk"),
    "import.html": _l("imported a folder of pages"),
    "import.zendesk": _l("imported a Zendesk Help Center"),
    "link.ignored": _l("ignores a link"),
    "link.watched": _l("watches a link again"),
    "passkey.added": _l("added a passkey"),
    "passkey.removed": _l("removed a passkey"),
    "phrasing.kept": _l("kept a phrasing"),
    "phrasing.left-to-votes": _l("left a phrasing to its votes"),
    "phrasing.revoked": _l("revoked a phrasing"),
    "preview.ended": _l("ended all preview links"),
    "preview.given": _l("gave a preview link"),
    "receiver.paused": _l("paused sending to a program"),
    "receiver.resumed": _l("resumed sending to a program"),
    "recovery-code.used": _l("signed in with a recovery code"),
    "recovery-codes.made": _l("made new recovery codes"),
    "mail.laid-aside": _l("laid a mail aside"),
    "mail.made-request": _l("made a request of a mail"),
    "mail.put-into-thread": _l("put a mail into the thread of a request"),
    "request.answered": _l("answered a request"),
    "request.assigned": _l("gave a request to somebody"),
    "request.drafted": _l("began an article from an answer"),
    "request.genuine": _l("took a request for a person’s after all"),
    "request.reopened": _l("took a request up again"),
    "request.resolved": _l("resolved a request"),
    "request.solved-by": _l("named the article that solves a request"),
    "request.spam": _l("set a request aside as spam"),
    "request.tagged": _l("changed the tags of a request"),
    "request.unanswered": _l("marked a request as not answered"),
    "review.approved": _l("approved the text"),
    "review.asked": _l("asked for a review"),
    "review.changes-asked": _l("asked for changes"),
    "review.withdrawn": _l("withdrew from review"),
    "revision.restored": _l("restored a revision"),
    "revision.weighed": _l("changed the significance of a revision"),
    "rights.changed": _l("changed the rights in categories"),
    "second-factor.removed": _l("removed a second factor"),
    "second-factor.set": _l("set up a second factor"),
    "site.exported": _l("exported everything"),
    "synonym.added": _l("added a synonym"),
    "synonym.changed": _l("changed a synonym"),
    "synonym.removed": _l("removed a synonym"),
    "synonyms.imported": _l("imported synonyms"),
    "template.changed": _l("changed a template"),
    "topic.added": _l("added a topic"),
    "topic.changed": _l("changed a topic"),
    "topic.field-added": _l("added a field to a topic"),
    "topic.field-changed": _l("changed a field of a topic"),
    "topic.field-removed": _l("took a field away from a topic"),
    "topic.field-restored": _l("brought back a field of a topic"),
    "topic.moved": _l("moved a topic"),
    "translation.begun": _l("began a translation"),
    "translation.held": _l("held back from translation"),
    "translation.ready": _l("called ready for translation"),
    "translation.up-to-date": _l("called a translation up to date"),
    "verify.rule": _l("changed a rule of verification"),
    "webhook.added": _l("added a webhook"),
    "webhook.changed": _l("changed a webhook"),
    "webhook.removed": _l("removed a webhook"),
    "webhook.secret": _l("made a new secret for a webhook"),
    "widget.rule-kept": _l("kept a rule of the widget"),
    "widget.rule-moved": _l("moved a rule of the widget up"),
    "widget.rule-removed": _l("removed a rule of the widget"),
    "widget.site-added": _l("allowed a site to carry the widget"),
    "widget.site-removed": _l("no longer allowed a site to carry the widget"),
}
THINGS: Mapping[str, LazyString] = {
    "account": _l("account"),
    "act": _l("act on many things"),
    "address": _l("old address"),
    "alert": _l("alert"),
    "api-key": _l("API key"),
    "announcement": _l("announcement"),
    "article": _l("article"),
    "attachment": _l("file"),
    "category": _l("category"),
    "channel": _l("channel"),
    "comment": _l("comment"),
    "folder": _l("folder"),
    "gap": _l("question"),
    "help-desk": _l("help desk"),
    "import": _l("import"),
    "link": _l("link"),
    "request": _l("request"),
    "synonym": _l("synonym"),
    "template": _l("template"),
    "topic": _l("topic"),
    "translation": _l("article in one language"),
    "webhook": _l("webhook"),
    "widget": _l("widget"),
}

# The names of details as readers call them; one without words here is shown as it is recorded.
DETAILS: Mapping[str, LazyString] = {
    "added": _l("added"),
    "archived": _l("archived"),
    "articles": _l("articles"),
    "at": _l("moment"),
    "audience": _l("audience"),
    "before": _l("before"),
    "browsers": _l("browsers"),
    "bytes": _l("bytes"),
    "category": _l("category"),
    "changed": _l("changed"),
    "characters": _l("characters"),
    "comment": _l("comment"),
    "created": _l("created"),
    "date": _l("date"),
    "days": _l("days"),
    "device": _l("browser"),
    "files": _l("files"),
    "from": _l("before"),
    "hosts": _l("hosts"),
    "into": _l("into"),
    "issuer": _l("provider"),
    "kind": _l("kind"),
    "language": _l("language"),
    "left": _l("left"),
    "line": _l("line"),
    "locale": _l("language"),
    "media_type": _l("kind of file"),
    "minutes": _l("minutes"),
    "name": _l("name"),
    "now": _l("after"),
    "owner": _l("owner"),
    "planned_for": _l("planned for"),
    "removed": _l("removed"),
    "restored": _l("restored revision"),
    "reviewer": _l("reviewer"),
    "role": _l("role"),
    "source_locale": _l("language of the source"),
    "successor": _l("successor"),
    "tags": _l("tags"),
    "things": _l("things"),
    "to": _l("after"),
    "under": _l("under"),
    "updated": _l("updated"),
    "via": _l("by"),
    "was": _l("before"),
}
VALUES: Mapping[str, LazyString] = {
    "password": _l("password"),
    "webauthn": _l("passkey"),
    "provider": _l("provider"),
    "invitation": _l("invitation"),
    "second-factor": _l("second factor"),
    "recovery-code": _l("recovery code"),
    "typo": _l("typo"),
    "medium": _l("medium: a small change"),
    "major": _l("major: another answer"),
    "everyone": _l("everyone"),
    "customers": _l("signed-in customers"),
    "staff": _l("colleagues"),
    **{str(role): label for role, (label, _what) in ROLES.items() if role is not None},
}
MOMENTS = {"at", "planned_for"}  # details whose values are moments in the form of ISO 8601
LANGUAGES = {"language", "locale"}  # details whose values are codes of languages


def act_in_words(act: str) -> str:
    """Return what an act is called."""
    return str(ACTS.get(act, act))


def thing_in_words(thing: str) -> str:
    """Return what a sort of thing is called."""
    return str(THINGS.get(thing, thing))


def details_in_words(details: Mapping[str, object]) -> str:
    """Return what else is known, in one line: "from: writer, to: lead"."""
    return ", ".join(f"{name}: {_said(value)}" for name, value in details.items())


def details_for_readers(details: Mapping[str, object]) -> str:
    """Return what else is known, in the language of the page, without what is empty."""
    known = {name: value for name, value in details.items() if value not in (None, "", [], {})}
    return " · ".join(  # values hold commas
        _("%(what)s: %(value)s", what=DETAILS.get(name, name), value=_for_readers(name, value))
        for name, value in known.items()
    )


def _for_readers(name: str, value: object) -> str:
    if name in LANGUAGES and value in settings().locales:
        return str(Locale.parse(str(value)).get_display_name(get_locale()))
    if name in MOMENTS:
        with suppress(ValueError):
            return shown_moment(datetime.fromisoformat(str(value)))
    return str(VALUES[value]) if isinstance(value, str) and value in VALUES else _said(value)


def _said(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return " + ".join(map(_said, value)) or "–"
    if isinstance(value, Mapping):
        return f"({details_in_words(value)})"
    return "–" if value is None or value == "" else str(value)
