"""What customers ask on the journeys, and what they are answered, in each language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A customer of a language: what one asks that an article answers, and what none does."""

    vain: str  # words that find nothing
    wording: str  # of the same, that finds the article
    message: str
    article: str  # its title
    topic: str
    field: str
    subject: str  # of what no article answers
    request: str
    answer: str
    reply: str
    farewell: str


ENGLISH = Asked(
    vain="always dark",
    wording="How do I reset a lamp?",
    message="Mine has done nothing since yesterday evening.",
    article="Reset a lamp",
    topic="My order",
    field="Order number",
    subject="My parcel is late",
    request="It was promised for Monday, and nobody has come.",
    answer="It is with the carrier, and comes tomorrow. Then do this first:",
    reply="Thank you, the parcel is here. The bulb was broken though.",
    farewell="A new bulb leaves today, free of charge.",
)
FRENCH = Asked(
    vain="toujours éteinte",
    wording="Comment réinitialiser une lampe ?",
    message="La mienne ne fait plus rien depuis hier soir.",
    article="Réinitialiser une lampe",
    topic="Ma commande",
    field="Numéro de commande",
    subject="Mon colis est en retard",
    request="Il était promis pour lundi, et personne n’est venu.",
    answer="Il est chez le transporteur, et arrive demain. Commencez alors par ceci :",
    reply="Merci, le colis est là. L’ampoule était cassée, en revanche.",
    farewell="Une nouvelle ampoule part aujourd’hui, sans frais.",
)
ASKED = {"en": ENGLISH, "fr": FRENCH}
