"""Who comes: visitors that return, the networks they come from, and names for those who write."""

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

FRENCH_SHARE = 0.64
RETURNING_SHARE = 0.16
OFFICE_SHARE = 0.08  # of visitors, who come from a network that they share
OFFICES = 14
RETURN_AFTER = timedelta(hours=3)
FORGET_AFTER = timedelta(days=20)  # visitor ids rotate
REMEMBERED = 800

FIRST_NAMES = {
    "fr": ("Léa", "Hugo", "Chloé", "Malik", "Inès", "Théo", "Manon", "Karim", "Zoé", "Paul",
           "Aurélie", "Fabien", "Nadia", "Lucas", "Solène", "Yanis", "Claire", "Bruno"),
    "en": ("Amy", "Owen", "Priya", "Jack", "Niamh", "Harry", "Grace", "Tom", "Leah", "Callum",
           "Ruth", "Sam", "Megan", "Dev", "Holly", "Ross"),
}  # fmt: skip
LAST_NAMES = {
    "fr": ("Moreau", "Lefebvre", "Girard", "Haddad", "Roussel", "Fontaine", "Chevalier", "Blanc",
           "Nguyen", "Perrin", "Marchand", "Diallo", "Renard", "Collet"),
    "en": ("Hughes", "Patel", "Walsh", "Turner", "Reid", "Bennett", "Okafor", "Murray", "Cole",
           "Fraser", "Ellis", "Ward"),
}  # fmt: skip


@dataclass(slots=True)
class Visitor:
    """Somebody, as the site knows them."""

    id: str
    locale: str
    network: int
    visits: int = 0
    last_seen: datetime | None = None
    email: str = ""

    def origin_on(self, moment: datetime) -> str:
        """Return the name of their network, which changes every day."""
        text = f"simulated {self.network} {moment:%Y-%m-%d}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class People:
    """All the visitors so far."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._lately: list[Visitor] = []

    def somebody(self, at: datetime, locale: str | None = None) -> Visitor:
        """Return somebody new, or somebody who was here before; who speaks a given language is new."""
        rng = self._rng
        if locale is None and self._lately and rng.random() < RETURNING_SHARE:
            found = rng.choice(self._lately)
            if found.last_seen and RETURN_AFTER < at - found.last_seen < FORGET_AFTER:
                return found
        network = rng.randrange(OFFICES) if rng.random() < OFFICE_SHARE else rng.getrandbits(40)
        spoken = locale or ("fr" if rng.random() < FRENCH_SHARE else "en")
        visitor = Visitor(f"{rng.getrandbits(128):032x}", spoken, network)
        if locale is None:
            self._lately = [*self._lately[-REMEMBERED:], visitor]
        return visitor

    def address_of(self, visitor: Visitor) -> str:
        """Return the invented e-mail address of a visitor, always the same."""
        if not visitor.email:
            first = self._rng.choice(FIRST_NAMES[visitor.locale])
            last = self._rng.choice(LAST_NAMES[visitor.locale])
            plain = unicodedata.normalize("NFD", f"{first}.{last}".lower())
            name = "".join(char for char in plain if not unicodedata.combining(char))
            ending = "example.org" if visitor.locale == "fr" else "example.com"
            visitor.email = f"{name}{self._rng.randrange(2, 99)}@{ending}"
        return visitor.email
