"""A small help centre in two languages, and an engine over it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from search.encoders import HashingEncoder, LazyEncoder
from search.engine import SearchEngine
from search.keyword import KeywordIndex
from search.passages import Document, Section
from search.vectors import VectorIndex, VectorStore, encode_missing

MakeEngine = Callable[..., SearchEngine]


def document(key: str, title: str, text: str, locale: str = "en", **more: object) -> Document:
    sections = more.pop("sections", (Section("", (), text),))
    return Document(key, locale, title, "", sections, **more)  # type: ignore[arg-type]


DOCUMENTS = (
    document(
        "1",
        "Reset your password",
        "Open the app. Choose forgotten password. We send a link by e-mail.",
        category="account",
        ancestors=("help",),
        kind="faq",
        questions=("I cannot sign in any more",),
    ),
    document(
        "2",
        "Connect the lamp to Wi-Fi",
        "",
        category="setup",
        ancestors=("help",),
        kind="guide",
        sections=(
            Section("", (), "The lamp needs a network of 2.4 GHz to be found by the app at home."),
            Section(
                "error-e-21",
                ("Error E-21",),
                "Error E-21 means that the Wi-Fi network was not found. Move the lamp nearer to "
                "the box, and check that the network is not of 5 GHz only.",
            ),
        ),
    ),
    document("3", "Delivery times", "Parcels arrive within 2 to 4 working days.", kind="faq"),
    document(
        "4", "Réinitialiser le mot de passe", "Ouvrez l’application. Un lien est envoyé.", "fr"
    ),
    document("5", "Résilier l’abonnement", "L’abonnement d’été se résilie en ligne.", "fr"),
    document("6", "Recycler un appareil", "Nous reprenons l’ancien appareil gratuitement.", "fr"),
)


@pytest.fixture
def index(tmp_path: Path) -> KeywordIndex:
    made = KeywordIndex(tmp_path / "search")
    made.build(DOCUMENTS)
    return made


@pytest.fixture
def engine(index: KeywordIndex, tmp_path: Path) -> SearchEngine:
    """Both retrievers, with the encoder made for tests."""
    encoder = LazyEncoder(HashingEncoder, name="hashing")
    store = VectorStore(tmp_path / "vectors.sqlite3")
    vectors = encode_missing(store, encoder.wait(), index.snapshot().evidence())
    VectorIndex.write(tmp_path / "vectors.bin", "hashing", vectors)
    return SearchEngine(index, tmp_path / "vectors.bin", encoder)


@pytest.fixture
def judged_folder(tmp_path: Path) -> Path:
    """Three judged queries, one of them about another language, and one out of scope."""
    folder = tmp_path / "judged-set"
    folder.mkdir()
    corpus = [
        {"id": "a", "title": "Passwords", "text": "How to reset a password.", "lang": "en"},
        {"id": "b", "title": "Delivery", "text": "Parcels take two days.", "lang": "en"},
        {"id": "c", "title": "Mot de passe", "text": "Comment le changer.", "lang": "fr"},
    ]
    queries = [
        {"id": "1", "text": "reset my password", "lang": "en"},
        {"id": "2", "text": "when does my parcel come", "lang": "en"},
        {"id": "3", "text": "passe password", "lang": "en", "target_lang": "fr"},
        {"id": "4", "text": "quantum chromodynamics", "lang": "en"},
    ]
    for name, rows in (("corpus", corpus), ("queries", queries)):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines)
    (folder / "qrels.tsv").write_text("1\ta\t1\n2\tb\t1\n3\tc\t2\n")
    return folder
