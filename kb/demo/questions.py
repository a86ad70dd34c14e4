"""What the simulated visitors of the demo say: questions that no article answers, and comments."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """Something customers ask for and the demo does not answer.

    `weight`: how often, relatively; `is_rising`: more and more often.
    """

    key: str
    weight: float
    fr: tuple[str, ...]
    en: tuple[str, ...]
    is_rising: bool = False

    def phrasings(self, locale: str) -> tuple[str, ...]:
        """Return the ways of asking in a language."""
        return self.fr if locale == "fr" else self.en


UNANSWERED = (
    Topic(
        "student-discount",
        1.6,
        (
            "réduction étudiant",
            "vous faites une remise pour les étudiants ?",
            "tarif etudiant",
            "code promo étudiant",
            "prix étudiant sur la Lueur",
            "est-ce qu'il y a une réduc quand on est étudiant",
            "offre etudiante",
        ),
        (
            "student discount",
            "do you do a discount for students",
            "student price for lueur",
            "is there a student offer",
            "unidays code",
            "10% off for students?",
        ),
    ),
    Topic(
        "gift-wrapping",
        1.5,
        (
            "emballage cadeau",
            "vous faites les paquets cadeaux ?",
            "papier cadeau",
            "envoyer en paquet cadeau avec un petit mot",
            "option emballage cadeau pour noël",
            "paquet cadeau possible ?",
            "ajouter un message dans le colis pour un cadeau",
        ),
        (
            "gift wrapping",
            "can you gift wrap it",
            "do you offer gift wrap for christmas",
            "add a gift note to the parcel",
            "wrapped as a present",
            "gift wrap and message",
        ),
        is_rising=True,
    ),
    Topic(
        "motion-sensor",
        1.3,
        (
            "détecteur de mouvement",
            "allumer la lampe quand quelqu'un passe",
            "vous avez un capteur de présence ?",
            "la lampe peut s'allumer toute seule quand on entre dans la pièce",
            "capteur de mouvement compatible",
            "detecteur de presence couloir",
        ),
        (
            "motion sensor",
            "do you sell a motion sensor",
            "turn the lamp on when someone walks in",
            "presence sensor for the hallway",
            "light that comes on when i enter the room",
            "motion detector compatible with lueur",
        ),
    ),
    Topic(
        "deliver-elsewhere",
        1.3,
        (
            "livraison au luxembourg",
            "vous livrez au Luxembourg ?",
            "livraison en allemagne",
            "est-ce que vous livrez au Québec",
            "livrer en Martinique",
            "expédition hors de france luxembourg",
        ),
        (
            "ship to luxembourg",
            "do you deliver to luxembourg",
            "delivery to germany",
            "can you ship to the netherlands",
            "international shipping to canada",
            "do you ship to the us",
        ),
    ),
    Topic(
        "spotify",
        1.2,
        (
            "spotify sur la Murmure",
            "spotify connect",
            "ecouter spotify sans le telephone",
            "est-ce que Spotify est intégré ?",
            "mettre deezer sur l'enceinte",
            "spotify ne voit pas mon enceinte",
        ),
        (
            "spotify connect",
            "does murmure have spotify",
            "play spotify without my phone",
            "spotify doesn't see my speaker",
            "is spotify built in",
            "deezer on tenor",
        ),
    ),
    Topic(
        "wall-mount",
        1.1,
        (
            "fixation murale enceinte",
            "accrocher la Murmure au mur",
            "support mural pour Ténor",
            "vous vendez un support mural ?",
            "pied ou fixation pour mettre l'enceinte au mur",
            "visser l'enceinte au mur",
        ),
        (
            "wall mount for murmure",
            "wall bracket",
            "can i hang the speaker on the wall",
            "mount tenor on a wall",
            "do you sell a wall bracket for the speakers",
            "speaker stand or wall mount",
        ),
    ),
    Topic(
        "showroom",
        1.0,
        (
            "voir les lampes en vrai",
            "adresse magasin lyon",
            "vous avez une boutique à Lyon ?",
            "showroom",
            "où voir les produits avant d'acheter",
            "liste des magasins partenaires",
            "essayer une enceinte en boutique",
        ),
        (
            "showroom",
            "where can i see the lamps before buying",
            "is there a shop in london",
            "find a store near me",
            "list of partner shops",
            "try the speaker in a shop",
        ),
    ),
    Topic(
        "smart-plug",
        0.9,
        (
            "prise connectée",
            "vous faites des prises connectées ?",
            "piloter une lampe ordinaire avec une prise clairson",
            "prise connectee compatible relais",
            "ajouter une prise intelligente dans l'appli",
        ),
        (
            "smart plug",
            "do you make a smart plug",
            "control a normal lamp with a clairson plug",
            "smart socket compatible with relais",
            "add a smart plug to the app",
        ),
    ),
    Topic(
        "loyalty",
        0.8,
        (
            "programme de fidélité",
            "parrainer un ami",
            "parrainage",
            "points fidelite",
            "code parrainage pour un ami",
        ),
        (
            "refer a friend",
            "loyalty programme",
            "referral code",
            "do you have loyalty points",
            "invite a friend and get money off",
        ),
    ),
    Topic(
        "black-friday",
        0.8,
        (
            "black friday",
            "promo black friday",
            "dates des soldes",
            "il y aura des promos pour le black friday ?",
            "black friday lueur xl",
        ),
        (
            "black friday",
            "black friday deals",
            "when is your next sale",
            "will there be black friday offers",
            "black friday murmure price",
        ),
        is_rising=True,
    ),
    Topic(
        "curtains",
        0.5,
        (
            "rideaux connectés",
            "volets roulants",
            "piloter mes volets avec le relais",
            "rideau motorisé dans l'appli",
        ),
        (
            "smart blinds",
            "control curtains with relais",
            "motorised blinds in the app",
            "curtain motor",
        ),
    ),
)

# Asked once or twice each: the noise that a report must not take for a gap.
STRAY = {
    "fr": (
        "vous recrutez ?",
        "numéro siret",
        "stage ingénieur son",
        "qui a dessiné la Lueur",
        "lampe de bureau bleue marque suédoise",
        "recette gateau chocolat",
        "météo lyon",
        "asdfgh",
        "partenariat influenceur",
        "dossier de presse",
        "clairson en bourse",
        "couleur doré rose",
        "poids du carton Ténor",
        "sourds et malentendants application",
    ),
    "en": (
        "are you hiring",
        "press kit",
        "who designed the lueur",
        "ceo email",
        "chocolate cake recipe",
        "weather tomorrow",
        "qwerty",
        "influencer partnership",
        "is clairson listed",
        "rose gold colour",
        "box weight tenor",
        "vegan glue",
    ),
}

# Articles that visibly do not help, with what people say of them.
UNHELPFUL: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "galet-android-16": {
        "fr": (
            (
                "not-solved",
                "J’ai refait l’appairage trois fois, ça tient deux jours puis ça recommence.",
            ),
            ("not-solved", "Toujours pareil sur mon Pixel, l’autorisation est déjà activée."),
            ("incomplete", "Vous dites que le correctif arrive, mais quand ?"),
            ("incomplete", "Aucune date. On fait quoi en attendant, on jette le Galet ?"),
            ("not-solved", "L’option Appareils à proximité n’existe pas dans mes réglages."),
            ("not-solved", ""),
            ("incomplete", ""),
        ),
        "en": (
            ("not-solved", "Re-paired it four times, works for a day and then it's gone again."),
            ("incomplete", "When is the fix coming? No date anywhere."),
            ("not-solved", "Permission is already on. Still loses the dial every morning."),
            ("hard-to-follow", "My Samsung menus look nothing like this."),
            ("not-solved", ""),
        ),
    },
    "refund-times": {
        "fr": (
            (
                "incomplete",
                "Et pour PayPal ? Mon colis est arrivé il y a 9 jours et toujours rien.",
            ),
            ("not-solved", "Je voulais savoir où en est MON remboursement, pas la règle générale."),
            ("not-solved", "Impossible de voir l’état du remboursement dans Mes commandes."),
            ("outdated-or-wrong", "Cinq jours ouvrés… cela fait trois semaines."),
            ("not-solved", "Personne ne répond au sujet de mon remboursement."),
            ("not-solved", ""),
        ),
        "en": (
            ("not-solved", "I want to know where my own refund is, not the policy."),
            ("outdated-or-wrong", "Says five working days. It's been over two weeks."),
            ("incomplete", "Nothing about refunds to a card that has expired since."),
            ("not-solved", "No way to check the status of a refund in my account."),
            ("not-solved", ""),
        ),
    },
}

THANKS = {
    "fr": (
        ("solved", "Merci, réglé en deux minutes."),
        ("solved", "Parfait, c’était bien le 5 GHz de la box."),
        ("clear", "Très clair, même pour ma mère."),
        ("solved", "Le tableau m’a tout de suite dit quoi faire."),
        ("solved", "La lampe répond de nouveau. Je garde la page sous la main."),
        ("clear", "Court, précis, rien à redire."),
        ("solved", "Il suffisait d’appuyer dix secondes, encore fallait-il le savoir."),
        ("clear", "Enfin une notice que l’on comprend."),
        ("solved", "C’était la pile du Galet, comme vous le disiez."),
        ("clear", "Bonnes photos, bon ordre."),
        ("solved", "J’allais vous écrire, ce n’est plus la peine."),
        ("clear", ""),
        ("solved", ""),
    ),
    "en": (
        ("solved", "Brilliant, sorted in two minutes."),
        ("clear", "Clear even for somebody like me."),
        ("solved", "The table told me exactly what to check."),
        ("solved", "Thanks, it was the dimmer."),
        ("solved", "Was about to write to you. No need now."),
        ("clear", "Short and in the right order."),
        ("solved", "Ten seconds on the button, who would have guessed."),
        ("clear", "Finally instructions that match what I see."),
        ("solved", "It was the battery in the dial, as you say."),
        ("solved", "Speaker is back on the network, cheers."),
        ("clear", "Good pictures."),
        ("clear", ""),
        ("solved", ""),
    ),
}

COMPLAINTS = {
    "fr": (
        ("incomplete", "Il manque une photo du bouton."),
        ("hard-to-follow", "Trop d’étapes, je me suis perdu à la troisième."),
        ("not-solved", "J’ai tout suivi, ça ne marche toujours pas."),
        ("incomplete", "Et si l’on n’a plus la boîte ni le numéro de série ?"),
        ("hard-to-follow", "Je ne sais pas lequel des deux boutons est celui du fond."),
        ("outdated-or-wrong", "Dans mon appli, ce menu ne s’appelle plus comme ça."),
        ("not-solved", "Cela marche une heure, puis plus rien."),
        ("incomplete", "Rien sur les modèles d’avant 2022."),
        ("hard-to-follow", "Écrit pour un technicien, pas pour moi."),
        ("not-solved", "Même problème après la mise à jour."),
        ("not-searched-for", ""),
        ("not-solved", ""),
    ),
    "en": (
        ("incomplete", "A photo of the button would help."),
        ("hard-to-follow", "Too many steps, lost me halfway."),
        ("not-solved", "Did all of it, still doesn't work."),
        ("incomplete", "What if the box and the serial number are long gone?"),
        ("hard-to-follow", "Which of the two buttons is the one at the back?"),
        ("outdated-or-wrong", "That menu has another name in my app."),
        ("not-solved", "Works for an hour, then nothing."),
        ("incomplete", "Nothing about models from before 2022."),
        ("hard-to-follow", "Written for an engineer, not for me."),
        ("not-solved", "Same again after the update."),
        ("not-searched-for", ""),
        ("not-solved", ""),
    ),
}
