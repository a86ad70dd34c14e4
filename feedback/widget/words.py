"""What the widget says: a little of it in the script, in every language; the rest once it is opened."""

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kb.locales import settings

# Before anything is fetched there is a button, and what may go wrong with fetching.
AT_ONCE = {
    "help": _l("Help"),
    "close": _l("Close"),
    "wait": _l("One moment…"),
    "lost": _l("The help centre cannot be reached. Check your connection, then try again."),
    "again": _l("Try again"),
}
AFTER_OPENING = {
    "back": _l("Back"),
    "question": _l("How can we help?"),
    "find": _l("Search"),
    "suggested": _l("Helpful on this page"),
    "popular": _l("Asked most this week"),
    "found": _l("Pages that match"),
    "others": _l("Other pages"),
    "person": _l("Talk to a person"),
    "write": _l("Write to us"),
    "whole": _l("On the help site"),
    "gone": _l("This page is not there any more."),
    "all": _l("Open the help centre"),
    "newtab": _l("(opens in a new tab)"),
    "helped": _l("Did this page help you?"),
    "yes": _l("Yes"),
    "no": _l("No"),
    "why": _l("In your own words (optional)"),
    "liked": _l("What did you like?"),
    "missing": _l("What was missing?"),
    "send": _l("Send"),
    "sendletter": _l("Send the message"),
    "sendanyway": _l("Send anyway"),
    "reason": _l("What is the main reason for your answer? (optional)"),
    "topic": _l("What is it about?"),
    "choose": _l("Please choose"),
    "anything": _l("Something else, or not sure"),
    "subject": _l("Subject"),
    "message": _l("Your message"),
    "nosecrets": _l("Please leave out passwords and card numbers."),
    "email": _l("Your e-mail address"),
    "emailwhy": _l("We use it to answer you, for nothing else."),
    "optional": _l("(optional)"),
    "files": _l("Attach files"),
    "remove": _l("Remove"),
    "uploading": _l("Sending the file…"),
    "empty": _l("Leave this field empty"),
    "answers": _l("This answers my question"),
    "glad": _l("Glad that we could help"),
    "notsent": _l("Your message was not sent."),
    "stillwrite": _l("I still want to write"),
    "arrived": _l("Your message has reached us"),
    "reference": _l("Reference"),
    "answerto": _l("We answer to"),
    "follow": _l("Follow your request"),
    "copied": _l("A copy is on its way to you."),
    "home": _l("Back to the beginning"),
    "notkept": _l("This did not reach us. Nothing you wrote is lost: try again in a moment."),
    "preview": _l("This is a preview: nothing is sent or counted."),
    "elsewhere": _l("This page is in {language}."),
}


def at_once() -> dict[str, dict[str, str]]:
    """Return the words in the script itself, by language."""
    found = {}
    for locale in settings().locales:
        with force_locale(locale):
            found[locale] = {name: str(text) for name, text in AT_ONCE.items()}
    return found


def after_opening() -> dict[str, str]:
    """Return the other words in the language of the request."""
    return {name: str(text) for name, text in AFTER_OPENING.items()}


def busy() -> str:
    """Return what is said where the database is busy."""
    return str(_("We could not keep your answer just now. Please try again in a moment."))
