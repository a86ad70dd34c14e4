"""Every string of the interface exists in French, and the French is set as French."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "kb" / "translations"
GLOSSARY = ROOT / "docs" / "glossary.md"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None}
HOW_TO = "see the first lines of kb/translations/babel.cfg"


def _extracted() -> Catalog:
    """Return every string that the sources mark for translation."""
    with (TRANSLATIONS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog()
    for package in ("kb", "articles", "search", "feedback"):
        found = extract_from_dir(
            ROOT / package, methods, options, KEYWORDS, directory_filter=lambda _folder: True
        )
        for name, line, message, _comments, context in found:
            catalog.add(message, locations=[(f"{package}/{name}", line)], context=context)
    return catalog


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return _extracted()


@pytest.fixture(scope="module")
def french() -> Catalog:
    with (TRANSLATIONS / "fr" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else " ".join(message.id)


def _strings(message: Message) -> list[str]:
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return [form or "" for form in forms]


def test_every_string_is_translated(sources: Catalog, french: Catalog) -> None:
    missing = [
        (message.id, message.locations[0][0])
        for message in _messages(sources)
        if not (found := french.get(message.id)) or not all(_strings(found))
    ]
    assert missing == [], HOW_TO


def test_no_translation_is_a_guess(french: Catalog) -> None:
    assert [message.id for message in _messages(french) if message.fuzzy] == []


def test_no_translation_outlives_its_string(sources: Catalog, french: Catalog) -> None:
    gone = [message.id for message in _messages(french) if message.id not in sources]
    assert [*gone, *french.obsolete] == [], HOW_TO


def test_placeholders_are_the_same_in_both_languages(french: Catalog) -> None:
    wrong = [
        (message.id, str(error)) for message in _messages(french) for error in message.check(french)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("mistake", "pattern"),
    [
        ("a plain space before ; ! ? » or after «", r" [;!?»]|« "),
        ("no space before ! ? or »", r"[^\s\u202f!?][!?»]"),
        ("no space after «", r"«[^\u202f]"),
        ("a plain space before :", r" :"),
        ("a straight apostrophe", r"\w'\w"),
        ("straight quotation marks", r"\""),
        ("a capital without its accent", r"^(A propos|Eteindre|Etes)\b"),
        ("« tout » of a single article", r"^Tout \("),
        ("a rate compared as if it were a number of things", r"C’est autant"),
        ("words for people said of things", r"ne vont pas ensemble"),
        ("tutoiement", r"\b(tu|ton|ta|tes|toi)\b"),
    ],
)
def test_french_is_set_as_french(french: Catalog, mistake: str, pattern: str) -> None:
    wrong = [
        text
        for message in _messages(french)
        for text in _strings(message)
        if re.search(pattern, text)
    ]
    assert wrong == [], mistake


def _terms() -> list[tuple[str, list[str]]]:
    """Return the terms of the glossary: English, then the French words that may stand for it."""
    rows = re.findall(r"^\| ([a-z][\w ’-]*) \| ([^|]+) \|", GLOSSARY.read_text(), re.MULTILINE)
    return [(english, [each.strip() for each in words.split("/")]) for english, words in rows]


@pytest.mark.parametrize(("english", "words"), _terms())
def test_the_same_thing_has_the_same_name_everywhere(
    french: Catalog, english: str, words: list[str]
) -> None:
    names_it = re.compile(rf"(?<!\()\b{english}s?\b", re.IGNORECASE)  # but not in %(votes)s
    strays = [
        (message.id, message.string)
        for message in _messages(french)
        if names_it.search(_english(message))
        and not any(word in " ".join(_strings(message)).lower() for word in words)
    ]
    assert strays == []
