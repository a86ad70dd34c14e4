"""What people write when they ask a person: by subject planted in the demo, else by what they searched."""

Letter = tuple[str, str]

# By topic of the need; the subject is what they would type into the first field.
BY_TOPIC: dict[str, dict[str, tuple[Letter, ...]]] = {
    "student-discount": {
        "fr": (
            ("Tarif étudiant", "Bonjour, je suis en master à Lyon 2. Avez-vous une remise pour les étudiants ?"),
            ("Remise étudiante sur la Lueur", "Je n’ai rien trouvé sur le site : y a-t-il un prix étudiant ?"),
        ),
        "en": (
            ("Student discount", "Hi, I’m at uni in Leeds. Do you do a student price on the Lueur?"),
        ),
    },
    "gift-wrapping": {
        "fr": (
            ("Paquet cadeau", "Je voudrais offrir une Murmure à Noël. Pouvez-vous l’emballer et glisser un mot ?"),
            ("Emballage cadeau possible ?", "Commande à livrer directement chez ma sœur : le prix sera-t-il dans le colis ?"),
            ("Cadeau de Noël", "Je ne vois pas d’option d’emballage cadeau au moment de payer."),
        ),
        "en": (
            ("Gift wrapping", "It is for my mum’s birthday. Can you wrap it and add a note?"),
            ("Christmas present", "Can the parcel go straight to my brother without a price in it?"),
        ),
    },
    "motion-sensor": {
        "fr": (
            ("Capteur de mouvement", "Peut-on faire s’allumer la lampe du couloir quand quelqu’un passe ?"),
        ),
        "en": (("Motion sensor", "Is there any sensor that works with the Lueur in a hallway?"),),
    },
    "deliver-elsewhere": {
        "fr": (
            ("Livraison au Luxembourg", "Le Luxembourg n’est pas proposé au moment de la commande. Est-ce prévu ?"),
            ("Livrer en Martinique", "Pouvez-vous expédier en Martinique, et à quel prix ?"),
        ),
        "en": (
            ("Shipping to Germany", "I live in Cologne. Checkout only offers France, Belgium, the UK and Switzerland."),
        ),
    },
    "spotify": {
        "fr": (("Spotify sans téléphone", "Spotify ne voit pas la Ténor. Est-elle compatible Spotify Connect ?"),),
        "en": (("Spotify Connect", "Does the Murmure play Spotify on its own, without my phone?"),),
    },
    "wall-mount": {
        "fr": (("Support mural", "Vendez-vous un support mural pour la Ténor ? Quel poids doit-il tenir ?"),),
        "en": (("Wall bracket", "Can I hang a Murmure on the wall, and with which bracket?"),),
    },
    "showroom": {
        "fr": (("Voir les produits", "Y a-t-il un magasin à Lyon où voir la Lueur XL allumée ?"),),
        "en": (("Shop in London", "Is there anywhere in London where I can hear the speakers?"),),
    },
    "smart-plug": {
        "fr": (("Prise connectée", "Avez-vous une prise qui marche avec le Relais pour ma vieille lampe ?"),),
        "en": (("Smart plug", "Do you sell a plug that the Relais can switch?"),),
    },
    "loyalty": {
        "fr": (("Parrainage", "Une amie vient de commander grâce à moi. Existe-t-il un code de parrainage ?"),),
        "en": (("Refer a friend", "Do I get anything if a friend orders with my name?"),),
    },
    "black-friday": {
        "fr": (("Black Friday", "Les prix vont-ils baisser fin novembre ? Je préfère attendre."),),
        "en": (("Black Friday", "Will the Ténor be on offer? I’d rather wait a week than lose out."),),
    },
    "brightness": {
        "fr": (
            ("La lampe change d’intensité", "Ma Lueur baisse et remonte sans arrêt près de la fenêtre. Comment l’empêcher ?"),
            ("Luminosité automatique", "Impossible de trouver où couper l’adaptation à la lumière du jour."),
        ),
        "en": (
            ("Lamp dims by itself", "My Lueur XL keeps changing brightness when clouds pass. How do I stop it?"),
        ),
    },
    "volume-limit": {
        "fr": (
            ("Limiter le volume", "Ma fille de 6 ans met la Murmure à fond. Peut-on bloquer le volume ?"),
            ("Volume maximum", "Je n’ai trouvé qu’une page en anglais. L’avez-vous en français ?"),
        ),
    },
    "saturday": {
        "fr": (("Livraison le samedi", "Je travaille en semaine. Peut-on choisir un samedi au moment de commander ?"),),
        "en": (("Saturday delivery", "I’m never in on weekdays. Can I choose a Saturday when I order?"),),
    },
    "after-a-power-cut": {
        "fr": (
            ("Lampes allumées en pleine nuit", "Le courant est revenu à 3 h et toutes les lampes se sont allumées à fond. Réglable ?"),
        ),
        "en": (("Lights came on at 3 a.m.", "After a power cut every lamp in the house came on. How do I prevent it?"),),
    },
    "outage": {
        "fr": (
            ("Connexion impossible", "L’application affiche E-90 depuis une demi-heure. Est-ce chez vous ?"),
            ("E-90", "Mot de passe refusé alors qu’il est bon, code E-90."),
        ),
        "en": (("Cannot sign in", "The app says E-90 and throws me out. Is it you or me?"),),
    },
    "rise": {
        "fr": (("Relais hors ligne", "Le Relais est passé hors ligne vers midi, la box fonctionne. Une panne ?"),),
        "en": (("Relais offline", "My Relais went offline today, everything else on the Wi-Fi is fine."),),
    },
}  # fmt: skip

BY_CATEGORY: dict[str, dict[str, tuple[Letter, ...]]] = {
    "order": {
        "fr": (
            ("Facture au nom de ma société", "Pouvez-vous refaire la facture avec notre numéro de TVA ?"),
            ("Paiement débité deux fois", "Ma banque montre deux débits pour la même commande."),
        ),
        "en": (
            ("Charged twice", "My bank shows the same order twice. Which one is real?"),
            ("Change my order", "I meant to order the XL. Can you swap it before it ships?"),
        ),
    },
    "delivery": {
        "fr": (
            ("Colis non reçu", "Le suivi dit livré, mais il n’y a rien dans ma boîte aux lettres."),
            ("Colis abîmé", "Le carton est ouvert et il manque le bloc d’alimentation. J’ai des photos."),
        ),
        "en": (
            ("Parcel not here", "Tracking says delivered yesterday. My neighbours don’t have it."),
            ("Missing power supply", "Box arrived without the power supply. What now?"),
        ),
    },
    "returns": {
        "fr": (
            ("Où en est mon remboursement ?", "Retour arrivé il y a douze jours, toujours rien sur mon compte."),
            ("Lampe en panne sous garantie", "Elle ne s’allume plus du tout, achetée en février."),
        ),
        "en": (
            ("Where is my refund?", "You received the return twelve days ago. Nothing in my account yet."),
            ("Broken under guarantee", "The lamp is dead after eight months. How do I send it in?"),
        ),
    },
    "issues": {
        "fr": (("Galet toujours perdu", "J’ai suivi toutes les étapes, il disparaît encore chaque matin. C’est pour quand ?"),),
        "en": (("Galet still drops", "Did every step twice. It still loses the dial. When is the fix due?"),),
    },
    "account": {
        "fr": (("Accès à mon compte", "J’ai changé de téléphone et je ne reçois plus le code."),),
        "en": (("Locked out", "New phone, and the code goes to the old one."),),
    },
}  # fmt: skip

# Around the question itself, where nothing better is known of it.
AROUND: dict[str, tuple[str, ...]] = {
    "fr": (
        "Bonjour, {question}. J’ai suivi la page pas à pas, sans résultat.",
        "{question} : je ne trouve pas sur le site. Pouvez-vous m’aider ?",
        "Bonjour. {question}… Je tourne en rond depuis hier soir.",
        "{question}. C’est pour un appareil acheté le mois dernier.",
        "Ma question : {question}. Merci de votre retour, plutôt par e-mail.",
        "Vous pouvez m’expliquer ? {question}.",
    ),
    "en": (
        "Hi, {question}. I followed the page step by step and nothing changed.",
        "{question}. I can’t find it on the site, can you help?",
        "Hello. {question}… I’ve been going round in circles since last night.",
        "{question}. It’s for one I bought last month.",
        "My question: {question}. E-mail is best.",
        "Could somebody explain? {question}.",
    ),
}

# What people add to a score; (lowest, highest) score for which it is said, CSAT first.
CSAT_SAID = {
    "fr": (
        (4, 5, "Réponse trouvée tout de suite, merci."),
        (4, 5, "Réponse claire et rapide, c’est rare."),
        (5, 5, "Merci à Camille, qui a pris le temps de m’expliquer."),
        (4, 5, "Je m’attendais à attendre, pas du tout."),
        (4, 5, "Tout était dans la page, il suffisait de la trouver."),
        (5, 5, "Un dimanche soir, sans appeler personne : parfait."),
        (4, 5, "Bien expliqué, même si la photo date un peu."),
        (3, 3, "Correct, mais il a fallu chercher."),
        (3, 3, "La réponse y est, tout en bas."),
        (2, 3, "J’ai dû lire trois pages avant la bonne."),
        (1, 2, "Trois jours pour une réponse toute faite."),
        (1, 2, "On me renvoie vers la page que j’avais déjà lue."),
        (1, 2, "Toujours pas de date pour le correctif."),
        (1, 2, "On m’a demandé deux fois le même numéro de commande."),
    ),
    "en": (
        (4, 5, "Sorted in a minute, thank you."),
        (4, 5, "Friendly and to the point."),
        (4, 5, "Expected a queue, got an answer."),
        (5, 5, "Sunday evening and sorted without a call. Perfect."),
        (4, 5, "It was all on the page once I found it."),
        (4, 5, "Clear, even if the picture is a little old."),
        (3, 3, "Fine in the end, took some digging."),
        (3, 3, "The answer is there, right at the bottom."),
        (2, 3, "Had to read three pages before the right one."),
        (1, 2, "Took three days to be told to restart it."),
        (1, 2, "Sent me the page I had already read."),
        (1, 2, "Still no date for the fix."),
        (1, 2, "Was asked for my order number twice."),
    ),
}
NPS_SAID = {
    "fr": (
        (9, 10, "De belles lampes, et un vrai service après-vente."),
        (9, 10, "Déjà conseillé à deux collègues."),
        (9, 10, "Dix ans que j’ai ma première Lueur."),
        (9, 10, "On trouve la réponse sans attendre personne."),
        (7, 8, "Bon produit, application perfectible."),
        (7, 8, "Très bien, mais un peu cher."),
        (7, 8, "Belle lumière, notice un peu courte."),
        (0, 6, "Le Galet ne tient pas avec Android 16, c’est lassant."),
        (0, 6, "Remboursement beaucoup trop long."),
        (0, 6, "Trop de mises à jour qui cassent quelque chose."),
        (0, 6, "Il faut une appli pour tout."),
    ),
    "en": (
        (9, 10, "Lovely lamps and people who answer."),
        (9, 10, "Told my sister to get one."),
        (9, 10, "Had my first Lueur for ten years."),
        (9, 10, "You find the answer without waiting for anybody."),
        (7, 8, "Great speaker, so-so app."),
        (7, 8, "Very good, not cheap."),
        (7, 8, "Beautiful light, thin manual."),
        (0, 6, "Galet on Android is still broken."),
        (0, 6, "Waited ages for my refund."),
        (0, 6, "Every other update breaks something."),
        (0, 6, "Needs an app for everything."),
    ),
}
