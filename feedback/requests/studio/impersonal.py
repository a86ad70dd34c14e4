"""An answer to one person made into words for everybody: no greeting, no names, no personal data."""

import re
from collections.abc import Iterable

from feedback.redaction import redact

NAME = "[name]"
MAX_GREETING = 80  # characters; "Hello, your parcel …" goes on and stays
MIN_NAME = 3  # letters; shorter names are parts of other words

_GREETING = re.compile(
    r"(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day)"
    r"|bonjour|bonsoir|salut|cher|chère|chers|madame|monsieur|coucou)\b[^.!?\n]*[,.!:]?\s*$",
    re.IGNORECASE,
)
_GOODBYE = re.compile(
    r"(?:(?:kind|best|warm|many)? ?(?:regards|wishes|thanks)|sincerely|yours\b|cheers|take care"
    r"|have a (?:good|nice|lovely|great)|thank you (?:for your|again)"
    r"|(?:bien )?cordialement|bien à vous|(?:très )?(?:bonne|belle) (?:journée|soirée|fin)"
    r"|sincères|à bientôt|l[’']équipe|the \w+ team)\b",
    re.IGNORECASE,
)


def impersonal(text: str, names: Iterable[str] = ()) -> str:
    """Return an answer without its greeting, its farewell, the names given and personal data.

    What stands between is left as it was written: whoever makes an article of it reads it again.
    """
    paragraphs = [each.strip("\n") for each in re.split(r"\n\s*\n", text.strip())]
    while paragraphs and _is_greeting(paragraphs[0]):
        paragraphs.pop(0)
    if paragraphs:
        paragraphs[0] = _without_greeting(paragraphs[0])
    for index, each in enumerate(paragraphs):
        if index and _is_goodbye(each):
            paragraphs = paragraphs[:index]
            break
    body = redact("\n\n".join(each for each in paragraphs if each.strip()))
    return _without_names(body, names)


def _is_greeting(paragraph: str) -> bool:
    return len(paragraph) <= MAX_GREETING and _GREETING.match(paragraph) is not None


def _without_greeting(paragraph: str) -> str:
    """Take a greeting on a line of its own off the paragraph that it begins."""
    first, _, rest = paragraph.partition("\n")
    return rest if rest and _is_greeting(first) else paragraph


def _is_goodbye(paragraph: str) -> bool:
    """Tell a farewell, after which nothing but a signature comes: short lines, the first a set phrase."""
    lines = paragraph.split("\n")
    return _GOODBYE.match(paragraph) is not None and all(
        len(line) <= MAX_GREETING for line in lines
    )


def _without_names(text: str, names: Iterable[str]) -> str:
    parts = {part for name in names for part in [name, *name.split()] if len(part) >= MIN_NAME}
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", NAME, text, flags=re.IGNORECASE)
    return text
