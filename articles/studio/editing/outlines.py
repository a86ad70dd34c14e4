"""What a new article begins with: headings by the kind of question, in the language of those who ask.

A lead may change each of them; what is here is what they begin with, and can go back to.
"""

import re
from collections.abc import Mapping

from sqlalchemy import select

from articles.models import Kind
from articles.studio.models import Template
from kb.db import db

OUTLINES: Mapping[str, Mapping[Kind, str]] = {
    "en": {
        Kind.FAQ: """(The answer in one or two sentences: many readers need no more.)

## When this applies

(Which product, which order, which country; what it does not cover.)

## What to do

1. (One act, and what is seen after it.)
2. (The next one.)

## If it does not work

(The most frequent reason, then how to reach us and what to have at hand.)
""",
        Kind.GUIDE: """(What will be done at the end, and how long it takes.)

## What you need

- (Product, application and its version, account.)

## Step by step

1. (One act, and what is seen after it.)
2. (The next one.)
3. (The last one.)

## Check that it worked

(What is seen when all is well.)

## If something goes wrong

(A message or a sign, and what to do about it.)
""",
        Kind.VIDEO_GUIDE: """(What the video shows, and how long it is.)

(The address of the video, alone on its line.)

## Step by step

1. (The same in words, for those who cannot watch.)
""",
        Kind.TROUBLESHOOTING: """(The sign by which one knows this trouble: what is seen or heard, word for word.)

## Try this first

1. (The act that helps most people.)
2. (The next one.)

## If it is still there

(What else it may be, and how to tell one from the other.)

## If nothing helps

(How to reach us, and what to have at hand.)
""",
        Kind.KNOWN_ISSUE: """(What does not work, for whom, and since when.)

## What you can do meanwhile

(A way round, or that there is none and nothing has to be done.)

## What we are doing

(What is known, and when we will say more here.)
""",
    },
    "fr": {
        Kind.FAQ: """(La réponse en une ou deux phrases : elle suffit souvent.)

## Dans quel cas

(Quel produit, quelle commande, quel pays ; ce qui n’est pas concerné.)

## Que faire

1. (Un geste, et ce que l’on voit ensuite.)
2. (Le suivant.)

## Si cela ne fonctionne pas

(La cause la plus fréquente, puis comment nous joindre et ce qu’il faut avoir sous la main.)
""",
        Kind.GUIDE: """(Ce qui sera fait à la fin, et le temps qu’il faut.)

## Ce qu’il vous faut

- (Le produit, l’application et sa version, le compte.)

## Étape par étape

1. (Un geste, et ce que l’on voit ensuite.)
2. (Le suivant.)
3. (Le dernier.)

## Vérifier le résultat

(Ce que l’on voit quand tout va bien.)

## En cas de difficulté

(Un message ou un signe, et ce qu’il faut faire.)
""",
        Kind.VIDEO_GUIDE: """(Ce que montre la vidéo, et sa durée.)

(L’adresse de la vidéo, seule sur sa ligne.)

## Étape par étape

1. (La même chose par écrit, pour qui ne peut pas regarder.)
""",
        Kind.TROUBLESHOOTING: """(Le signe auquel on reconnaît la panne : ce que l’on voit ou entend, mot pour mot.)

## À essayer d’abord

1. (Le geste qui aide le plus souvent.)
2. (Le suivant.)

## Si cela continue

(Les autres causes possibles, et comment les distinguer.)

## Si rien n’y fait

(Comment nous joindre, et ce qu’il faut avoir sous la main.)
""",
        Kind.KNOWN_ISSUE: """(Ce qui ne fonctionne pas, pour qui, et depuis quand.)

## Ce que vous pouvez faire en attendant

(Une solution provisoire, ou qu’il n’y en a pas et qu’il n’y a rien à faire.)

## Ce que nous faisons

(Ce que l’on sait, et quand nous en dirons plus ici.)
""",
    },
}


def default(kind: Kind, locale: str) -> str:
    """Return the headings to fill, in English where the language has none."""
    language = re.split(r"[-_]", locale.lower(), maxsplit=1)[0]
    outlines = OUTLINES.get(language, OUTLINES["en"])
    return outlines.get(kind, outlines[Kind.FAQ])


def changed(kind: Kind, locale: str) -> Template | None:
    """Return what a lead has put in place of the default, if anything."""
    return db.session.scalar(
        select(Template).where(Template.kind == kind, Template.locale == locale)
    )


def outline(kind: Kind, locale: str) -> str:
    """Return what a new article of this kind begins with."""
    found = changed(kind, locale)
    return found.body if found is not None else default(kind, locale)
