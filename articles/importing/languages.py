"""In which language a file is written: by what it says, by its path, else by its words."""

import re
from collections import Counter
from collections.abc import Collection

_CODE = re.compile(r"([a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9]{2,8})*")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE_CHARACTERS = 6_000
_ENOUGH_WORDS = 3

# Small words that one language uses all the time and the others do not, or hardly.
_STOP_WORDS = {
    "de": "der die und nicht ein eine ist das den mit auf für sich dem von werden sie auch wird zu",
    "en": "the and of to is that for it with you this are be or your can not from have will",
    "es": "el los las que una por con para del se su más como está pero al lo son y",
    "fr": "le les des est une et vous pour dans que sur pas votre avec qui du par au ne ce sont",
    "it": "il che di per una con del non sono della gli è alla anche più come nel si",
    "nl": "de het een van en dat niet voor met zijn op aan te worden ook je bij naar",
    "pt": "o os que uma para com não do da em por mais são ao você seu como pela",
}
_LANGUAGES_OF_WORD: dict[str, list[str]] = {}
for _language, _words in _STOP_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF_WORD.setdefault(_word, []).append(_language)

# ISO 639-1, the languages of Europe and the largest others.
# fmt: off
_ALL_CODES = frozenset([
    "ar", "bg", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga",
    "gl", "he", "hi", "hr", "hu", "id", "is", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb",
    "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "th", "tr", "uk",
    "vi", "zh",
])
# fmt: on


def normalised(code: str, locales: Collection[str]) -> str | None:
    """Return which of the site's languages a code such as `fr-CA` stands for, None for none."""
    match = _CODE.fullmatch(code.strip())
    if not match:
        return None
    by_lower_case = {locale.lower(): locale for locale in locales}
    return by_lower_case.get(code.strip().replace("_", "-").lower()) or by_lower_case.get(
        match[1].lower()
    )


def is_code(text: str) -> bool:
    """Tell whether a folder or suffix of this name would stand for a language."""
    match = _CODE.fullmatch(text)
    return bool(match) and text.lower().replace("_", "-").partition("-")[0] in _ALL_CODES


def detect(text: str, locales: Collection[str]) -> str | None:
    """Return the one of `locales` whose small words abound in `text`, None when none stands out."""
    counts: Counter[str] = Counter()
    for word in _WORD.findall(text[:_SAMPLE_CHARACTERS].lower()):
        for language in _LANGUAGES_OF_WORD.get(word, ()):
            counts[language] += 1
    ranking = sorted(
        ((counts[locale.partition("-")[0]], locale) for locale in locales), reverse=True
    )
    if not ranking or ranking[0][0] < _ENOUGH_WORDS:
        return None
    if len(ranking) > 1 and ranking[1][0] * 2 > ranking[0][0]:
        return None
    return ranking[0][1]
