"""Which passwords are too easy to guess. Nobody is asked: the check needs no network.

What guessers try first is not a word of a dictionary but one of a few hundred favourites, a row of
keys, a date, or what stands in the address, each with a digit or a capital somewhere. So a password is
first undressed of what people add to make it look strong; what remains must be something.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_security import PasswordUtil

from kb.locales import settings

MINIMUM_LENGTH = 10  # characters
MAXIMUM_LENGTH = 200  # hashing longer ones would only keep the server busy
LEAST_LEFT = 5  # characters that must remain beside the well-known
LEAST_DIFFERENT = 5  # different characters

# What many people choose, in the languages of the site; undressed of digits and marks.
FAVOURITES = [
    "password",
    "passwort",
    "passwd",
    "motdepasse",
    "motpasse",
    "secret",
    "secrete",
    "admin",
    "administrator",
    "administrateur",
    "root",
    "welcome",
    "bienvenue",
    "bonjour",
    "hello",
    "salut",
    "soleil",
    "sunshine",
    "princess",
    "princesse",
    "monkey",
    "dragon",
    "master",
    "football",
    "baseball",
    "superman",
    "batman",
    "starwars",
    "pokemon",
    "naruto",
    "marseille",
    "paris",
    "london",
    "londres",
    "france",
    "england",
    "iloveyou",
    "jetaime",
    "jetadore",
    "loveyou",
    "amour",
    "doudou",
    "chouchou",
    "loulou",
    "coucou",
    "letmein",
    "login",
    "connexion",
    "guest",
    "invite",
    "user",
    "utilisateur",
    "test",
    "demo",
    "changeme",
    "changer",
    "temporary",
    "temporaire",
    "default",
    "default",
    "support",
    "helpdesk",
    "service",
    "company",
    "entreprise",
    "office",
    "bureau",
    "computer",
    "ordinateur",
    "internet",
    "google",
    "facebook",
    "summer",
    "winter",
    "autumn",
    "spring",
    "ete",
    "hiver",
    "automne",
    "printemps",
    "january",
    "february",
    "march",
    "april",
    "august",
    "september",
    "october",
    "november",
    "december",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "monday",
    "tuesday",
    "friday",
    "lundi",
    "mardi",
    "vendredi",
    "freedom",
    "liberte",
    "whatever",
    "trustno",
    "shadow",
    "michael",
    "jordan",
    "charlie",
    "thomas",
    "nicolas",
    "julien",
    "camille",
    "chocolat",
    "chocolate",
    "vacances",
    "holiday",
    "batterystaple",
    "correcthorsebatterystaple",
    "knowledge",
    "knowledgebase",
]
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm",
    "01234567890", "1q2w3e4r5t6y7u8i9o0p", "1a2z3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm",
)  # fmt: skip
SHORTEST_RUN = 4  # keys next to each other, from here on one guess
LEET = str.maketrans("013457@$!", "oieastasi")


def is_easy(password: str, known: Iterable[str] = ()) -> bool:
    """Tell whether a password is among the first that anybody would try.

    `known` are words that stand around the account: its address, its name, the company's.
    """
    plain = _plain(password)
    if len(set(plain)) < LEAST_DIFFERENT:
        return True
    well_known = sorted(
        {*FAVOURITES, *(word for each in known for word in _words(each))}, key=len, reverse=True
    )
    return any(
        len(_undressed(spelt, well_known)) < LEAST_LEFT for spelt in (plain, plain.translate(LEET))
    )


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", _plain(text)) if len(word) > 2]


def _undressed(text: str, well_known: Iterable[str]) -> str:
    """Return what is left without favourites, rows of keys, repetitions, and a year or number."""
    left = re.sub(r"[\W_]+", "", text)
    for word in well_known:
        left = left.replace(word, "")
    left = _without_runs(left)
    left = re.sub(r"(?:19|20)\d\d", "", left)
    left = re.sub(r"^\d{1,4}|\d{1,4}$", "", left)
    return re.sub(r"(.{1,4}?)\1+", r"\1", left)


def _without_runs(text: str) -> str:
    """Drop stretches of four or more neighbours of a keyboard or the alphabet, in either direction."""
    kept, at = [], 0
    while at < len(text):
        length = _run_at(text, at)
        if length >= SHORTEST_RUN:
            at += length
        else:
            kept.append(text[at])
            at += 1
    return "".join(kept)


def _run_at(text: str, at: int) -> int:
    longest = 0
    for row in (each for known in ROWS for each in (known, known[::-1])):
        length = 0
        while at + length < len(text) and text[at : at + length + 1] in row:
            length += 1
        longest = max(longest, length)
    return longest


class PasswordRules(PasswordUtil):
    """What Flask-Security asks before it takes a new password."""

    def validate(
        self,
        password: str,
        is_register: bool,  # noqa: ARG002  (the signature is Flask-Security's)
        **about: Any,
    ) -> tuple[list[str] | None, str]:
        """Return what is wrong, in the language of the page, and the password as it is kept."""
        normal = self.normalize(password)
        return ([wrong] if (wrong := problem(normal, about.get("user"))) else None), normal


def problem(password: str, user: Any = None, *more: str) -> str:
    """Say what is wrong with a new password of `user`, "" where nothing is; `more` is known of them."""
    if len(password) < MINIMUM_LENGTH:
        return str(_("Use at least %(count)s characters.", count=MINIMUM_LENGTH))
    if len(password) > MAXIMUM_LENGTH:
        return str(_("Use at most %(count)s characters.", count=MAXIMUM_LENGTH))
    known = (user.email, user.name) if user is not None else ()
    if is_easy(password, (*known, *more, settings().site_name)):
        return str(
            _(
                "This password is one of the first that anybody would try. "
                "Several words that do not belong together make a good one."
            )
        )
    return ""
