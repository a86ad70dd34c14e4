"""What is planted in the demo so that its reports have something to say (see `kb.demo.crowd`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Said = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Plot:
    """An article that exists, and people whom it serves badly.

    `asked` by language; `helps`: how often it is the answer once opened; `said` by those it fails.
    """

    topic: str
    key: str
    weight: float = 0
    helps: float = 0
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    said: Said = field(default_factory=dict)
    insider: Mapping[str, str] = field(default_factory=dict)  # what those ask who know its name


POWER_CUT = "after-a-power-cut"
OVERLOOKED = "pairing-refused-e12"  # old: shown beside others, wanted and opened by nobody

UNNAMED = Plot(
    "brightness",
    "photosensor-cal3",
    weight=4.5,
    helps=0.9,
    asked={
        "fr": (
            "désactiver la luminosité automatique",
            "luminosité qui varie sans arrêt",
            "empêcher l'adaptation à la lumière du jour",
            "l'intensité change quand un nuage passe",
            "luminosité automatique de la Lueur",
        ),
        "en": (
            "turn off auto brightness",
            "brightness keeps changing by itself",
            "stop adapting to daylight",
            "light gets brighter and darker when clouds pass",
            "automatic brightness lueur",
        ),
    },
    insider={"fr": "étalonnage du photocapteur", "en": "photosensor calibration"},
)

UNTRANSLATED = Plot(
    "volume-limit",
    "limit-volume-for-children",
    weight=6,
    helps=0.6,
    asked={
        "fr": (
            "limiter le volume pour les enfants",
            "volume maximum enceinte chambre enfant",
            "bloquer le volume avec un code",
            "contrôle parental enceinte",
            "baisser le son maximum de la Murmure de ma fille",
        ),
    },
    said={"en": (("not-solved", "C’est en anglais, je n’ai pas tout compris."), ("other", ""))},
)

HALF_RIGHT = Plot(
    "saturday",
    "change-delivery-address",
    weight=4,
    helps=0.08,
    asked={
        "fr": ("livraison le samedi", "choisir le jour de livraison", "être livré le soir"),
        "en": ("saturday delivery", "choose a delivery day", "deliver in the evening"),
    },
    said={
        "fr": (
            ("not-searched-for", "Je voulais un samedi, pas changer d’adresse."),
            ("incomplete", "On peut choisir son jour, oui ou non ?"),
            ("not-solved", ""),
        ),
        "en": (
            ("not-searched-for", "I know my address. I need a Saturday."),
            ("incomplete", "Doesn’t say whether I can pick a day when ordering."),
            ("not-solved", ""),
        ),
    },
)

TURNED_BAD = Plot(
    "scenes",
    "colours-and-scenes",
    said={
        "fr": (
            (
                "outdated-or-wrong",
                "Le menu Scènes n’est plus là depuis la mise à jour de l’appli.",
            ),
            ("outdated-or-wrong", "Les captures ne ressemblent plus à la nouvelle application."),
            ("hard-to-follow", "Où est passé le bouton + ?"),
            ("outdated-or-wrong", ""),
        ),
        "en": (
            ("outdated-or-wrong", "The Scenes tab is gone since the app update."),
            ("outdated-or-wrong", "These steps are for the old app."),
            ("hard-to-follow", "There is no plus button any more."),
            ("outdated-or-wrong", ""),
        ),
    },
)

OUTAGE = {
    "fr": ("connexion impossible", "connexion impossible E-90", "connexion impossible depuis midi"),
    "en": ("cannot sign in", "cannot sign in E-90", "cannot sign in today"),
}
RISE = {
    "fr": ("relais hors ligne", "le relais est hors ligne depuis tout à l'heure"),
    "en": ("relais offline", "relais went offline today"),
}
