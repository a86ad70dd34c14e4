"""In which of the site's languages a mail is written: by its small words, which nobody avoids."""

import re
from collections.abc import Sequence

MIN_WORDS = 2  # small words of a language, before it is believed

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# The words that stand in almost any sentence of a language and in hardly any of the others.
_SMALL = {
    "en": "the and is are was have has my your with this that for not would could please from it you "
    "when what how why can i we they there been but hello hi thanks dear cannot don't i'm",
    "fr": "le la les des est et une mon ma mes votre vos avec cette pour pas je vous nous que qui dans "
    "sur ne ai avez bonjour merci mais plus comment pourquoi quand il elle ce ces suis été aux du "
    "c'est j'ai n'est d'un d'une l'article qu'il cordialement madame monsieur",
    "de": "der die das und ist nicht ich sie wir mit ein eine für auf von dass wie kann habe haben mein "
    "ihre bitte danke hallo guten auch aber wenn warum zu dem den",
    "es": "el los las es una mi su con esta por que para pero cuando cómo hola gracias tengo puedo está "
    "muy del más como no me se lo",
    "it": "il gli è una mio mia con questo questa per non che sono ho ciao grazie quando come perché "
    "della del anche ma buongiorno salve",
    "nl": "de het een en is niet ik mijn met voor van dat wij jullie hallo bedankt waarom hoe kan heb "
    "maar ook zijn op te",
    "pt": "o os as uma é não eu meu minha com para por que mas quando como olá obrigado obrigada está "
    "tenho posso do da em",
}
_LISTS = {language: frozenset(words.split()) for language, words in _SMALL.items()}


def language_of(text: str, locales: Sequence[str], *, asked: str = "") -> str:
    """Return the locale whose small words a text uses most; else `asked`, else the first.

    `asked`: the locale that a header of the mail names, as far as the site has it.
    """
    words = [each.lower().replace("’", "'") for each in _WORD.findall(text)]
    counts = {each: sum(word in _LISTS.get(_base(each), ()) for word in words) for each in locales}
    best = max(locales, key=lambda each: counts[each])
    others = [count for locale, count in counts.items() if _base(locale) != _base(best)]
    if counts[best] >= MIN_WORDS and counts[best] > max(others, default=0):
        return best
    return next((each for each in locales if asked and _base(each) == _base(asked)), locales[0])


def _base(locale: str) -> str:
    return locale.replace("_", "-").split("-")[0].lower()
