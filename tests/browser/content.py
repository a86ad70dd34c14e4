"""A small site that shows every part of the design at least once, in both languages."""

from datetime import timedelta

from articles import attachments
from articles.models import Article, Category, Kind
from feedback.gaps.actions import open_gap
from kb.db import db, utc_now
from tests import factories

DRAWING = b"""<svg xmlns="http://www.w3.org/2000/svg" width="600" height="300" viewBox="0 0 600 300">
<rect width="600" height="300" fill="#ddd"/></svg>"""

GUIDE = """
First an answer, with `code`, a [link to a friend](article:lamp-flickers) and [one to the world](https://example.org/).

![A lamp on a table]({drawing})

## Steps to follow

1. Unplug the lamp.
2. Hold the button for **10 seconds**.
3. Plug it in again.[^1]

[^1]: Within a minute.

### If nothing happens

- [x] the socket works
- [ ] the cable is in

> [!WARNING]
> Do not open the lamp.

> [!TIP]
> Write the name of the room under it.

## What the light says

| Light | Meaning | Seconds |
| --- | --- | ---: |
| white | ready to be added to the application | 15 |
| red | error, with a code in the application and a word in the list below | 20 |

??? note "More about codes"
    Codes begin with E.

=== "iPhone"

    Open the settings.

=== "Android"

    Open the menu.

```python
def lamp(on: bool) -> str:
    return "on" if on else "off"  # a comment
```

https://www.youtube.com/watch?v=dQw4w9WgXcQ

> A quotation of somebody.
"""
GUIDE_FR = """
D'abord la réponse, avec un [lien voisin](article:lamp-flickers) : c'est simple !

![Une lampe sur une table]({drawing})

## Les étapes à suivre

1. Débranchez la lampe.
2. Maintenez le bouton pendant 10 secondes.

> [!IMPORTANT]
> N'ouvrez pas la lampe.

## Ce que dit le voyant

| Voyant | Sens |
| --- | --- |
| blanc | prête à être ajoutée |

https://vimeo.com/123456789
"""

SUMMARIES = {
    "en": "What to do, in which order, and what to try when it does not work.",
    "fr": "Que faire, dans quel ordre, et qu’essayer quand cela ne marche pas.",
}


def fill() -> None:
    """Add the categories and articles to the database of the application in context."""
    drawing = attachments.keep(attachments.inspect("lamp.svg", DRAWING))
    address = f"attachment:{drawing.digest}/lamp.svg"
    setup = factories.category("setup", fr="Installation", en="Getting started")
    wifi = factories.category("wifi", parent=setup, fr="Réseau sans fil", en="Wireless")
    _pair(
        "reset-a-lamp",
        setup,
        ("Reset a lamp", GUIDE.format(drawing=address), "reset-a-lamp"),
        ("Réinitialiser une lampe", GUIDE_FR.format(drawing=address), "reinitialiser-lampe"),
        kind=Kind.GUIDE,
    )
    _pair(
        "lamp-flickers",
        setup,
        ("The lamp flickers", "Try another socket.\n\n## A dimmer\n\nRemove it.", "lamp-flickers"),
        ("La lampe scintille", "Essayez une autre prise.", "lampe-scintille"),
    )
    _pair(
        "wifi-lost",
        wifi,
        ("The lamp lost the Wi-Fi", "Restart the box, then the lamp.", "wifi-lost"),
        ("La lampe a perdu le Wi-Fi", "Redémarrez la box, puis la lampe.", "wifi-perdu"),
        kind=Kind.KNOWN_ISSUE,
    )
    open_gap("Do you wrap gifts?", "en", by="Ines", nearest_id=1)


def _pair(
    key: str,
    category: Category,
    english: tuple[str, str, str],
    french: tuple[str, str, str],
    kind: Kind = Kind.FAQ,
) -> None:
    article = Article(key=key, kind=kind, category=category)
    db.session.add(article)
    for locale, (title, body, slug) in (("en", english), ("fr", french)):
        factories.article(
            title,
            body,
            locale=locale,
            slug=slug,
            of=article,
            summary=SUMMARIES[locale],
            published_at=utc_now() - timedelta(days=2),
        )
