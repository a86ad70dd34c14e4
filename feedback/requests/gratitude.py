"""Words that say thanks and nothing else: they do not take up a request that is resolved."""

import re
import unicodedata

MAX_WORDS = 8  # a longer message is read by a person
_WORD = re.compile(r"[^\W_]+")
# A closed list: with any other word, however small ("not", "mais"), it is more than thanks.
_THANKS = frozenset(["cheers", "merci", "thank", "thanks", "thankyou", "thx", "remercie"])
_BESIDE = frozenset([
    "again", "all", "and", "answer", "cordially", "cool", "day", "everything", "for", "fast",
    "fine", "good", "got", "great", "have", "hello", "hi", "it", "kind", "kindly", "lot",
    "lovely", "many", "much", "now", "nice", "of", "ok", "okay", "perfect", "quick", "really",
    "received", "regards", "reply", "s", "so", "solved", "sorted", "super", "support", "team",
    "the", "time", "to", "very", "well", "works", "worked", "you", "your", "amicalement", "au",
    "avoir", "beau", "beaucoup", "belle", "bien", "bon", "bonjour", "bonne", "bonsoir", "c",
    "ca", "cela", "cordialement", "d", "de", "equipe", "est", "et", "excellent", "fonctionne",
    "genial", "grand", "impeccable", "infiniment", "je", "journee", "l", "la", "le", "les",
    "marche", "mille", "nickel", "parfait", "pour", "rapide", "rapidite", "reponse", "recu",
    "regle", "resolu", "soiree", "super", "toute", "tout", "votre", "vos", "vous", "a",
])  # fmt: skip
# They are asked for where nothing says for what, or whose.
_HELP = frozenset(["help", "aide"])
_GIVEN = frozenset(["for", "pour", "your", "votre"])
_ASKS = re.compile(r"[?\d¿]")


def is_mere_thanks(text: str, name: str = "") -> bool:
    """Tell whether a message is nothing but thanks, signed with the name of its sender or not."""
    words = _words(text)
    if not words or len(words) > MAX_WORDS + len(_words(name)) or _ASKS.search(text):
        return False
    spoken = [each for each in words if each not in set(_words(name))]
    known = _THANKS | _BESIDE | (_HELP if not _GIVEN.isdisjoint(spoken) else frozenset())
    return len(spoken) <= MAX_WORDS and not _THANKS.isdisjoint(spoken) and known.issuperset(spoken)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(each for each in plain if not unicodedata.combining(each)))
