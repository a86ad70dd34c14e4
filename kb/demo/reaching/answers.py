"""What the people of Clairson answer. `{key}` stands for a link to the article of that key."""

Words = dict[str, str]

# By topic of the need, as in `kb.demo.letters`.
BY_TOPIC: dict[str, Words] = {
    "student-discount": {
        "fr": "Nous n’avons pas de tarif étudiant pour l’instant, et je préfère vous le dire franchement. Deux idées : les produits reconditionnés de l’atelier, entre 20 et 30 % moins chers et garantis deux ans, ou le paiement en trois fois sans frais : {pay-in-instalments}.",
        "en": "We have no student price at the moment, and I would rather say so plainly. Two ideas: refurbished lamps from our workshop, 20 to 30% less and guaranteed for two years, or paying in three parts at no cost: {pay-in-instalments}.",
    },
    "gift-wrapping": {
        "fr": "Pas encore d’emballage cadeau à la commande. En revanche, aucun prix ne figure dans le colis, et je peux y glisser un mot : répondez à ce message avec votre texte et le numéro de commande, avant 14 h le jour du départ.",
        "en": "There is no gift wrapping at checkout yet. There is never a price in the parcel though, and I can add a note: answer this message with your words and the order number, before 2 p.m. on the day it leaves.",
    },
    "motion-sensor": {
        "fr": "Nous n’avons pas de capteur à nous. Avec le Relais, la Lueur réagit à tout capteur Matter : {matter} explique comment l’ajouter. Pour un couloir, réglez l’extinction à deux minutes.",
        "en": "We make no sensor of our own. With the Relais, a Lueur follows any Matter sensor: {matter} shows how to add one. For a hallway, let it switch off after two minutes.",
    },
    "deliver-elsewhere": {
        "fr": "Nous livrons en France (Corse comprise), en Belgique, en Suisse et au Royaume-Uni, pas au-delà pour le moment : {delivery-times-and-prices}. Je note votre demande, elle compte dans le choix des prochains pays.",
        "en": "We deliver to France, Belgium, Switzerland and the UK, and no further for now: {delivery-times-and-prices}. I have noted your request: it counts when we choose the next countries.",
    },
    "spotify": {
        "fr": "Pas de Spotify Connect sur nos enceintes à ce jour : la musique passe par le téléphone, en Wi-Fi de préférence. {bluetooth-or-wifi} dit lequel choisir.",
        "en": "Our speakers have no Spotify Connect as yet: music comes from the phone, best over Wi-Fi. {bluetooth-or-wifi} tells which to choose.",
    },
    "wall-mount": {
        "fr": "Nous ne vendons pas de support mural. La Ténor pèse 3,1 kg et la Murmure 1,4 kg : un support à filetage 1/4 pouce prévu pour 5 kg convient aux deux.",
        "en": "We sell no bracket. A Ténor weighs 3.1 kg and a Murmure 1.4 kg: any bracket with a 1/4 inch thread made for 5 kg suits both.",
    },
    "showroom": {
        "fr": "Oui, à l’atelier : 12, quai des Lanternes à Lyon, du mardi au samedi, sur rendez-vous. Toute la gamme y est allumée.",
        "en": "Only in Lyon so far, by appointment. In London you can try everything at home: you have 30 days to send it back, {return-a-product}.",
    },
    "smart-plug": {
        "fr": "Pas de prise de notre marque, mais le Relais commande toute prise Matter : {matter}.",
        "en": "We make no plug, but the Relais switches any Matter plug: {matter}.",
    },
    "loyalty": {
        "fr": "Il n’y a pas de parrainage aujourd’hui. Merci quand même d’avoir parlé de nous : je vous joins un code de 10 € pour votre prochaine commande.",
        "en": "There is no referral scheme today. Thank you for the kind word all the same: here is a code of 10 € for your next order.",
    },
    "black-friday": {
        "fr": "Je ne connais pas les prix à l’avance, et ne veux pas vous faire attendre pour rien. Si un prix baisse dans les 14 jours suivant votre achat, écrivez-nous : nous rendons la différence.",
        "en": "I don’t know the prices in advance and would not have you wait for nothing. Should a price drop within 14 days of your order, write to us and we refund the difference.",
    },
    "brightness": {
        "fr": "C’est l’adaptation à la lumière du jour. Dans l’application, ouvrez la lampe, puis **Réglages** > **Photocapteur**, et choisissez **Arrêt**. Tout est là : {photosensor-cal3}.",
        "en": "That is the lamp following the daylight. In the app, open the lamp, then **Settings** > **Photosensor**, and choose **Off**. It is all here: {photosensor-cal3}.",
    },
    "volume-limit": {
        "fr": "C’est possible : dans l’application, ouvrez l’enceinte, **Réglages** > **Volume maximum**, puis protégez-le par un code. La page n’existe qu’en anglais, nous la traduisons cette semaine.",
        "en": "You can: in the app, open the speaker, **Settings** > **Maximum volume**, and protect it with a code.",
    },
    "saturday": {
        "fr": "On ne choisit pas encore son jour à la commande. Dès l’e-mail d’expédition, le lien de suivi permet de prendre le samedi, sans frais : {change-delivery-address}.",
        "en": "The day cannot be chosen at checkout yet. Once it has shipped, the tracking link lets you pick Saturday at no cost: {change-delivery-address}.",
    },
    "after-a-power-cut": {
        "fr": "Cela se règle : {after-a-power-cut}. Choisissez **Rester éteinte**, et vos nuits seront tranquilles.",
        "en": "You can set that: {after-a-power-cut}. Choose **Stay off** and sleep well.",
    },
    "outage": {
        "fr": "C’était chez nous, pas chez vous : la connexion est rétablie. Le récit de la panne est ici : {sign-in-outage}. Toutes nos excuses.",
        "en": "It was us, not you: signing in works again. What happened is told here: {sign-in-outage}. We are sorry.",
    },
    "rise": {
        "fr": "Plusieurs Relais sont hors ligne depuis ce midi, nous y travaillons. Inutile de le réinitialiser : il reviendra seul.",
        "en": "Several Relais have been offline since noon and we are working on it. There is no need to reset yours: it will come back by itself.",
    },
}  # fmt: skip

BY_CATEGORY: dict[str, Words] = {
    "order": {
        "fr": "C’est fait de mon côté, vous recevez la confirmation dans l’heure. Pour la prochaine fois, tout se modifie depuis **Mes commandes** : {change-or-cancel-order}.",
        "en": "Done, the confirmation reaches you within the hour. Next time you can change it yourself under **My orders**: {change-or-cancel-order}.",
    },
    "delivery": {
        "fr": "Toutes mes excuses pour ce colis. J’ai ouvert une enquête chez le transporteur, qui a deux jours ouvrés pour répondre ; sans réponse, nous réexpédions à nos frais. Les étapes sont ici : {parcel-late-or-lost}.",
        "en": "I’m sorry about this parcel. I have opened a search with the carrier, who has two working days; after that we send another at our cost. The steps are here: {parcel-late-or-lost}.",
    },
    "returns": {
        "fr": "Votre dossier est bien là. Le remboursement part dans les 5 jours ouvrés après contrôle, puis la banque prend 2 à 3 jours : {refund-times}. Je vous écris dès qu’il est parti.",
        "en": "I have found your return. The refund leaves within 5 working days of the check, then the bank takes 2 or 3: {refund-times}. I will write as soon as it has left.",
    },
    "issues": {
        "fr": "Vous avez tout bien fait : c’est un défaut connu, que la prochaine mise à jour corrige. L’état est tenu à jour ici : {galet-android-16}.",
        "en": "You did everything right: it is a known fault, and the next update mends it. Where it stands: {galet-android-16}.",
    },
    "account": {
        "fr": "J’ai retiré l’ancien téléphone de votre compte, après avoir vérifié que c’était vous. Vous pouvez enregistrer le nouveau : {two-step-verification}.",
        "en": "I have taken the old phone off your account, after making sure it was you. You can add the new one: {two-step-verification}.",
    },
}  # fmt: skip

# Where nothing better is known: the article nearest to the question.
NEAREST: Words = {
    "fr": "La marche à suivre est dans {article}. Si cela ne suffit pas, répondez à ce message en disant ce qui s’affiche : je regarde avec vous.",
    "en": "The steps are in {article}. Should that not do, answer this message with what you see, and we look at it together.",
}
PLAIN: Words = {
    "fr": "Pouvez-vous me dire quel appareil vous avez, et ce qui s’affiche dans l’application ? Une photo aide souvent.",
    "en": "Could you tell me which device you have and what the app shows? A photo often helps.",
}

AROUND: Words = {
    "fr": "Bonjour,\n\n{words}\n\nBonne journée,\n{name}",
    "en": "Hello,\n\n{words}\n\nBest wishes,\n{name}",
}

THANKS: dict[str, tuple[str, ...]] = {
    "fr": ("C’est réglé, merci beaucoup !", "Parfait, merci pour la rapidité.", "Ça marche, bonne journée à vous."),
    "en": ("That did it, thank you!", "Sorted. Thanks for being so quick.", "Works now, have a good day."),
}  # fmt: skip
STILL: dict[str, tuple[str, ...]] = {
    "fr": (
        "J’ai suivi les étapes, toujours pareil : le voyant clignote en orange.",
        "Merci, mais ma question portait sur autre chose : mon numéro de commande est le 20261107.",
        "Toujours rien ce matin. Pouvez-vous vérifier ?",
    ),
    "en": (
        "I followed the steps and it is the same: the light blinks orange.",
        "Thanks, but I meant something else: my order number is 20261107.",
        "Still nothing this morning. Could you check?",
    ),
}
# For colleagues, by what the request is about.
NOTES: Words = {
    "delivery": "Le transporteur confirme une erreur de tri à Roissy.",
    "returns": "Vu avec l’atelier : carte à changer, on envoie une lampe neuve.",
    "issues": "Même modèle, même version que les autres : transmis au labo.",
    "": "Troisième demande sur ce sujet cette semaine, à écrire.",
}
TAGS: dict[str, str] = {
    "order": "facturation",
    "delivery": "transporteur",
    "returns": "remboursement",
    "issues": "défaut connu",
    "outage": "panne",
    "gift-wrapping": "noël",
    "black-friday": "noël",
}
