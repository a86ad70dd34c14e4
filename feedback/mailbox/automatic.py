"""Mails that nobody wrote: bounces, notices of absence, advertising; told by what they say of themselves.

RFC 3834 asks programs to say so in `Auto-Submitted`; older ones have ways of their own. What is told
here gets no answer, so that two programs never write to each other without end.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from feedback.mailbox.parsing import Mail

MAX_SAID = 300  # characters of what a server says that anybody would read


class Kind(StrEnum):
    """Why nobody wrote a mail."""

    BOUNCE = "bounce"  # a message of ours has not arrived
    DELAY = "delay"  # it has not arrived yet
    AUTO_REPLY = "auto-reply"
    BULK = "bulk"
    SPAM = "spam"  # as our own mail server marked it


_DAEMON = re.compile(r"^(?:mailer-daemon|mail-daemon|postmaster|double-bounce)@", re.IGNORECASE)
_ABSENT = re.compile(
    r"^\W*(?:automatic reply|auto(?:matic)?[ -]?(?:response|reply)|autoreply|out of (?:the )?office"
    r"(?: reply| autoreply| notice)?|réponse automatique|absence du bureau|absente?(?:\(e\))? du bureau"
    r"|message d['’]absence|avis d['’]absence|notification d['’]absence|automatische antwort"
    r"|abwesenheitsnotiz|respuesta automática|risposta automatica)\W*(?::|$|-|–)",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver|delivery (?:status notification|has failed|failure)|returned mail|failure notice"
    r"|mail delivery (?:failed|system)|non remis|non distribué|échec de (?:la )?remise"
    r"|message non délivré",
    re.IGNORECASE,
)
_SAYS_SO = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
)


def kind_of(mail: Mail) -> Kind | None:
    """Return why nobody wrote a mail, None where somebody did."""
    if _is_report(mail) or _is_old_bounce(mail):
        return Kind.DELAY if _is_delay(mail) else Kind.BOUNCE
    if _is_answer_of_a_program(mail):
        return Kind.AUTO_REPLY
    if mail.first("x-spam-flag").lower().startswith("yes"):
        return Kind.SPAM
    is_bulk = mail.first("precedence").lower() in {"bulk", "junk"}
    return Kind.BULK if is_bulk or mail.all("feedback-id") else None


def is_from_a_list(mail: Mail) -> bool:
    """Tell a mail that a list or a group passed on: read like any other, and not acknowledged."""
    return bool(mail.all("list-id")) or mail.first("precedence").lower() == "list"


def _is_report(mail: Mail) -> bool:
    kind = mail.first("content-type").lower()
    return kind.startswith("multipart/report") and "delivery-status" in kind


def _is_old_bounce(mail: Mail) -> bool:
    """Tell a bounce of a server that knows no reports: nobody's address, and a subject that says it."""
    is_nobody = mail.first("return-path") == "<>" or _DAEMON.match(mail.sender) is not None
    return is_nobody and (
        _FAILED.search(mail.subject) is not None or bool(mail.all("x-failed-recipients"))
    )


def _is_delay(mail: Mail) -> bool:
    actions = re.findall(r"^Action:\s*(\w+)", "\n".join(mail.reports), re.IGNORECASE | re.MULTILINE)
    return bool(actions) and all(
        each.lower() in {"delayed", "delivered", "relayed"} for each in actions
    )


def _is_answer_of_a_program(mail: Mail) -> bool:
    says = mail.first("auto-submitted").lower().split(";")[0].strip()
    return (
        says not in {"", "no"}
        or any(mail.all(name) for name in _SAYS_SO)
        or mail.first("precedence").lower() in {"auto_reply", "auto-reply"}
        or mail.first("return-path") == "<>"
        or _DAEMON.match(mail.sender) is not None
        or _ABSENT.match(mail.subject) is not None
    )


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a bounce says of a message of ours: its `Message-ID`, and why it has not arrived."""

    message_ids: tuple[str, ...]
    said: str


def read_bounce(mail: Mail) -> Bounce:
    """Return what a bounce says."""
    reports = "\n".join(mail.reports)
    texts = (reports, mail.text, *mail.references)
    ids = re.findall(r"<[^<>\s@]{1,200}@[^<>\s]{1,200}>", "\n".join(texts))
    return Bounce(tuple(dict.fromkeys(ids)), _reason(reports) or _told(mail.text))


def _reason(reports: str) -> str:
    """Return what the last server said, else the code of the failure."""
    unfolded = re.sub(r"\r?\n[ \t]+", " ", reports)
    for name in ("Diagnostic-Code", "Status"):
        found = re.search(
            rf"^{name}:\s*(?:smtp|x-\S+?)?;?\s*(.+)$", unfolded, re.IGNORECASE | re.MULTILINE
        )
        if found:
            return " ".join(found[1].split())[:MAX_SAID]
    return ""


def _told(text: str) -> str:
    """Return the line in which an old server says why, with its code."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return next((line for line in lines if re.search(r"\b[45]\d\d\b|\b[45]\.\d\.\d", line)), "")[
        :MAX_SAID
    ]
