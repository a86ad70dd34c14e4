"""What the people of Clairson are writing."""

from articles.publishing import Words

TIMER = Words(
    title="Brancher une lampe sur une prise programmable",
    body="""Oui, mais mieux vaut laisser la prise allumée et confier l’horaire à une routine de l’application.

## Pourquoi

Quand la prise coupe le courant, la lampe perd le Wi-Fi. Elle met ensuite près d’une minute à revenir, et les assistants vocaux ne la trouvent plus entre-temps.

## Créer la routine à la place

1. Dans l’application, ouvrez **Routines**, puis **Nouvelle routine**.
2. Choisissez l’heure d’allumage et la lampe.
""",
    summary="",
    answers=(
        "je peux mettre la lampe sur une prise minuterie ?",
        "programmateur de prise et lampe connectée",
    ),
)
TIMER_TYPED_SINCE = """3. Ajoutez l’heure d’extinction, ou une durée.
4. Touchez **Enregistrer**. La lampe suit l’horaire même quand votre téléphone est ét"""

WHITE_PAGE = (
    "| **Session expired** |",
    """| A page that stays white | Your browser blocks the bank’s window. Allow pop-ups for \
clairson.example, or pay in a private window; the basket is kept. |
| **Session expired** |""",
)
WHITE_PAGE_MESSAGE = "Say what to do when the bank’s page stays white"
WHITE_PAGE_NOTE = "Eleven requests about it this month. Is “allow pop-ups” clear enough?"

WRAPPING = Words(
    title="Faire emballer un cadeau",
    body="""Nous emballons vos cadeaux gratuitement du 25 novembre au 24 décembre.

## Demander l’emballage

Dans le panier, cochez **C’est un cadeau**. Écrivez un mot si vous le souhaitez : il est imprimé sur une carte, à l’intérieur du colis.

Le prix n’apparaît pas sur le bon de livraison.

## Ce qui n’est pas possible

- La Lueur XL est trop grande pour nos papiers.
- Les commandes express ne sont pas emballées.
""",
    summary="Du 25 novembre au 24 décembre, nous emballons vos cadeaux et y glissons votre mot.",
    answers=(
        "vous faites les paquets cadeaux ?",
        "emballage cadeau noël",
        "ajouter un petit mot avec la commande",
    ),
)
WRAPPING_COMMENTS = (
    (
        "Écrivez un mot",
        "Combien de signes au plus ? L’atelier disait 200, et les clients s’en aperçoivent trop tard.",
    ),
    (
        "trop grande pour nos papiers",
        "Peut-on proposer quelque chose à la place ? Un sac en tissu, par exemple.",
    ),
)
WRAPPING_REASON = "Très clair. Deux précisions, et c’est bon pour moi."
WRAPPING_ANSWER = "C’est bien 200, espaces compris. Je l’ajoute."

HOLIDAYS_FR = Words(
    title="Commander à temps pour Noël",
    body="""Pour recevoir votre commande avant le 24 décembre, passez-la au plus tard à ces dates, avant 14 h.

| Mode | Dernier jour |
| --- | --- |
| Royaume-Uni | 14 décembre |
| Suisse | 15 décembre |
| Point relais | 18 décembre |
| Standard, France et Belgique | 19 décembre |
| Express, France et Belgique | 22 décembre |

## Et les retours ?

Tout ce qui est commandé à partir du 15 novembre peut être rendu jusqu’au 31 janvier. Pour le reste, rien ne change : voyez [Retourner un produit](article:return-a-product).
""",
    summary="Les derniers jours pour commander avant Noël, selon le pays et le mode de livraison.",
    answers=(
        "jusqu'à quand commander pour noël",
        "est ce que ça arrive avant le 24 décembre",
        "retour cadeau de noël délai",
    ),
)
HOLIDAYS_EN = Words(
    title="Order in time for Christmas",
    body="""To receive your order before 24 December, place it by these dates, before 2 p.m. Paris time.

| Delivery | Last day |
| --- | --- |
| United Kingdom | 14 December |
| Switzerland | 15 December |
| Pick-up point | 18 December |
| Standard, France and Belgium | 19 December |
| Express, France and Belgium | 22 December |

## What about returns?

Anything ordered from 15 November on can be returned until 31 January. Nothing else changes: see [Return a product](article:return-a-product).
""",
    summary="The last days to order before Christmas, by country and kind of delivery.",
    answers=(
        "last order date for christmas",
        "will it arrive before christmas",
        "christmas gift returns how long",
    ),
)

NEW_PRICE = ("| Point relais | 3 à 5 jours | 3,50 € |", "| Point relais | 3 à 5 jours | 3,90 € |")
NEW_PRICE_MESSAGE = "Nouveau tarif du point relais"

LOYALTY = Words(
    title="Votre remise de fidélité",
    body="""Après deux commandes livrées, votre compte vous donne 10 % sur les lampes et les enceintes, toute l’année.

## L’utiliser

Connectez-vous avant de commander : la remise s’applique toute seule dans le panier. Elle ne s’ajoute pas à un code promo ; le panier garde la plus avantageuse des deux.

## Ce qui ne compte pas

Les cartes cadeaux, les pièces détachées et les commandes d’entreprise.
""",
    summary="10 % toute l’année dès votre troisième commande, sans code à retenir.",
    answers=("remise fidélité", "j'ai déjà commandé deux fois, j'ai droit à quelque chose ?"),
)
ANGRY = Words(
    title="Répondre à un client en colère",
    body="""Lisez le message jusqu’au bout, puis commencez par ce qui va se passer maintenant.

1. Dites en une phrase ce que vous avez compris, avec les mots du client.
2. Annoncez ce que vous faites, et quand il en saura plus. Tenez ce délai, même sans nouvelle.
3. Présentez des excuses une fois, sans « mais ».

## Ce que vous pouvez offrir

| Situation | Sans demander | Avec l’accord d’Ines |
| --- | --- | --- |
| Colis en retard de plus de 5 jours | frais de port rendus | bon de 20 € |
| Deuxième panne sous garantie | échange à neuf | remboursement |
""",
    summary="Pour l’équipe : l’ordre de la réponse, et ce que chacun peut offrir.",
    answers=("client mécontent geste commercial",),
)
