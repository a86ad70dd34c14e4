"""The ways to reach Clairson, and what its form asks about each topic."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from articles.markdown import slugify
from articles.models import Category
from feedback.channels.models import ContactChannel, Topic, TopicField
from feedback.requests.models import Way
from kb.db import db

WEEK = [[["09:00", "19:00"]]] * 6 + [[]]  # Monday to Saturday
CHAT = [[["09:00", "12:30"], ["13:30", "18:00"]]] * 5 + [[], []]
SHOP = [[], *[[["10:00", "13:00"], ["14:00", "18:30"]]] * 5, []]  # Tuesday to Saturday
HOUR, DAY = 60, 24 * 60  # minutes

CHANNELS: tuple[dict[str, Any], ...] = (
    {
        "way": Way.FORM,
        "words": {
            "fr": {"name": "Écrivez-nous", "note": "La réponse arrive par e-mail, avec un lien pour suivre votre demande."},
            "en": {"name": "Write to us", "note": "The answer comes by e-mail, with a link to follow your request."},
        },
        "stated_minutes": DAY,
    },
    {
        "way": Way.PHONE,
        "target": "+33465710042",
        "words": {
            "fr": {"name": "Par téléphone", "note": "Appel non surtaxé. Gardez le numéro de commande sous la main.", "meanwhile": "Écrivez-nous : c’est lu avant l’ouverture."},
            "en": {"name": "By telephone", "note": "Charged as a normal call. Have your order number ready.", "meanwhile": "Write to us: we read it before we open."},
        },
        "hours": WEEK,
        "holidays_of": "FR",
        "stated_minutes": 4,
    },
    {
        "way": Way.CHAT,
        "target": "https://chat.clairson.example/",
        "words": {
            "fr": {"name": "Chat avec un conseiller", "note": "Une personne vous répond, jamais un robot.", "meanwhile": "Laissez un message par le formulaire."},
            "en": {"name": "Chat with us", "note": "A person answers, never a robot.", "meanwhile": "Leave a message with the form."},
        },
        "hours": CHAT,
        "holidays_of": "FR",
        "locales": ["fr"],
        "stated_minutes": 3,
    },
    {
        "way": Way.MESSAGING,
        "target": "https://messages.clairson.example/clairson",
        "words": {
            "fr": {"name": "Messagerie", "note": "Pratique pour envoyer une photo."},
            "en": {"name": "Messaging", "note": "Handy for sending a photo."},
        },
        "stated_minutes": 3 * HOUR,
    },
    {
        "way": Way.SHOP,
        "target": "https://clairson.example/atelier",
        "words": {
            "fr": {"name": "L’atelier, à Lyon", "note": "12, quai des Lanternes, 69002 Lyon, sur rendez-vous. On y répare aussi."},
            "en": {"name": "The workshop in Lyon", "note": "12 quai des Lanternes, 69002 Lyon, by appointment. We repair there too."},
        },
        "hours": SHOP,
        "holidays_of": "FR",
        "locales": ["fr"],
    },
    {
        "way": Way.POST,
        "target": "Clairson, service clients\n12, quai des Lanternes\n69002 Lyon\nFrance",
        "words": {"fr": {"name": "Par courrier"}, "en": {"name": "By post"}},
        "stated_minutes": 5 * DAY,
    },
)  # fmt: skip

ORDER = {
    "key": "order-number",
    "kind": "text",
    "labels": {"fr": "Numéro de commande", "en": "Order number"},
    "hints": {
        "fr": "Huit chiffres, dans l’e-mail de confirmation.",
        "en": "Eight digits, in the e-mail that confirmed it.",
    },
}
MODEL = {
    "key": "model",
    "kind": "choice",
    "labels": {"fr": "Quel appareil ?", "en": "Which device?"},
    "options": [
        {"key": slugify(each), "labels": {"fr": each, "en": each}}
        for each in ("Lueur", "Lueur XL", "Veilleuse", "Murmure", "Ténor", "Relais", "Galet")
    ],
}
BOUGHT = {
    "key": "bought",
    "kind": "date",
    "labels": {"fr": "Date d’achat", "en": "Date of purchase"},
    "hints": {"fr": "Même approximative.", "en": "Roughly will do."},
}
REASON = {
    "key": "reason",
    "kind": "choice",
    "is_required": True,
    "labels": {"fr": "Pourquoi le renvoyer ?", "en": "Why are you sending it back?"},
    "options": [
        {"key": "broken", "labels": {"fr": "En panne", "en": "It is broken"}},
        {"key": "mind", "labels": {"fr": "J’ai changé d’avis", "en": "I changed my mind"}},
        {"key": "other", "labels": {"fr": "Ce n’est pas ce que j’ai commandé", "en": "Not what I ordered"}},
    ],
}  # fmt: skip
TOPICS: tuple[tuple[str, str, dict[str, str], tuple[dict[str, Any], ...]], ...] = (
    ("order", "order", {"fr": "Commande et paiement", "en": "Order and payment"}, (ORDER,)),
    ("delivery", "delivery", {"fr": "Livraison", "en": "Delivery"}, (ORDER,)),
    ("returns", "returns", {"fr": "Retour, garantie, réparation", "en": "Returns, guarantee, repair"}, (ORDER, REASON)),
    ("device", "lamps", {"fr": "Lampe ou enceinte", "en": "Lamp or speaker"}, (MODEL, BOUGHT)),
    ("account", "account", {"fr": "Compte et application", "en": "Account and app"}, ()),
)  # fmt: skip


def open_the_channels(now: datetime) -> None:
    """Set up the channels and the topics, on a site that has none."""
    for position, facts in enumerate(CHANNELS):
        db.session.add(ContactChannel(position=position, created_at=now, updated_at=now, **facts))
    for position, (key, category_key, names, fields) in enumerate(TOPICS):
        category = db.session.scalar(select(Category).where(Category.key == category_key))
        topic = Topic(
            key=key,
            position=position,
            names=names,
            category_id=category.id if category else None,
            created_at=now,
        )
        topic.fields = [TopicField(position=place, **each) for place, each in enumerate(fields)]
        db.session.add(topic)
    db.session.commit()
