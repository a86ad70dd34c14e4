"""What the studio says of tokens and keys."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from kb.customers.claims import Flaw

FLAWS: Mapping[Flaw, LazyString] = {
    Flaw.TOO_LONG: _l("It is longer than 4,000 characters."),
    Flaw.UNREADABLE: _l(
        "It cannot be read: neither a JWT nor fields that end with &signature=. Was it cut, or encoded twice?"
    ),
    Flaw.NO_SUCH_KEY: _l("No valid key has the name that it gives as kid."),
    Flaw.WRONG_ALGORITHM: _l(
        "It is signed with another algorithm than its key is for, or with none."
    ),
    Flaw.BAD_SIGNATURE: _l(
        "The signature is not that of any valid key. Is the secret the right one, and was the text signed as it is sent?"
    ),
    Flaw.NO_EXPIRY: _l("It does not say when it ends (exp)."),
    Flaw.NO_ISSUE: _l("It does not say when it was made (iat, or timestamp in the plain form)."),
    Flaw.EXPIRED: _l("It has expired. Is the clock of the site that signs right?"),
    Flaw.FROM_THE_FUTURE: _l(
        "It was made in the future. Is the clock of the site that signs right?"
    ),
    Flaw.LIVES_TOO_LONG: _l("It lives longer than an hour, or ends before it begins."),
    Flaw.WRONG_SITE: _l("It is not for this site: aud must be the address of the site."),
    Flaw.NO_REFERENCE: _l("It names nobody: sub must be what you call the customer."),
    Flaw.BAD_CLAIM: _l("What it says cannot be used."),
    Flaw.USED: _l("It came in an address, and has opened a session already."),
}
