"""What the studio says in a language, and what is written on the journey in it."""

from dataclasses import dataclass
from pathlib import Path

from babel.support import Translations

CATALOGUES = Path(__file__).parents[2] / "kb" / "translations"
SOURCE = "en"  # of the interface: its strings are the keys of the catalogues


class Words:
    """The strings of the interface in one language, as the page shows them."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._catalogue = Translations.load(CATALOGUES, [locale])

    def __call__(self, english: str, **values: object) -> str:
        """Return a string in this language; one that the catalogue lacks ends the test."""
        if self.locale == SOURCE:
            return english % values if values else english
        known = self._strings()
        assert english in known, f"no {self.locale} for {english!r}: add it to the catalogue"
        return known[english] % values if values else known[english]

    def foreign(self) -> list[str]:
        """Return the English strings that say something else in this language: none may be seen."""
        known = {} if self.locale == SOURCE else self._strings()
        return sorted(
            english for english, own in known.items() if own != english and "%(" not in english
        )

    def _strings(self) -> dict[str, str]:
        found: dict[object, str] = self._catalogue._catalog  # type: ignore[attr-defined]
        return {key: own for key, own in found.items() if isinstance(key, str) and key and own}


@dataclass(frozen=True, slots=True)
class Article:
    """What is written about wrapping gifts in one language."""

    locale: str
    asked: str  # what visitors search for in vain
    title: str
    slug: str
    summary: str
    text: str  # with a slip of the pen
    picture: str  # what it shows
    slip: tuple[str, str]
    news: tuple[str, str]  # another answer
    other_slug: str


ENGLISH = Article(
    locale="en",
    asked="gift wrapping",
    title="Gift wrapping",
    slug="gift-wrapping",
    summary="We wrap any order for 3 euros: tick the box in the basket.",
    text="Gift wrapping costs 3 euros an order. Tick the box in the baskett before you pay.",
    picture="A lamp in red paper",
    slip=("baskett", "basket"),
    news=("costs 3 euros an order", "is free"),
    other_slug="have-a-gift-wrapped",
)
FRENCH = Article(
    locale="fr",
    asked="emballage cadeau",
    title="Emballage cadeau",
    slug="emballage-cadeau",
    summary="Toute commande peut être emballée pour 3 euros : cochez la case dans le panier.",
    text="L’emballage cadeau coûte 3 euros par commande. Cochez la case du pannier avant de payer.",
    picture="Une lampe dans un papier rouge",
    slip=("pannier", "panier"),
    news=("coûte 3 euros par commande", "est gratuit"),
    other_slug="faire-emballer-un-cadeau",
)
ARTICLES = {each.locale: each for each in (ENGLISH, FRENCH)}
OTHER = {"en": "fr", "fr": "en"}
