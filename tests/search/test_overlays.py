"""A draft laid over the index ranks as it will once it is published."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from articles.importing.frontmatter import split
from articles.markdown import render
from search.encoders import Encoder, HashingEncoder, LazyEncoder, SentenceEncoder, Vectors
from search.engine import SearchEngine
from search.findability import FindabilityCheck, Standing
from search.keyword import KeywordIndex, fields_of
from search.overlays import OverlaidEngine, VectorMemory
from search.passages import Document, Section
from search.segments import segment_in_memory
from search.vectors import VectorIndex, VectorStore, encode_missing
from tests.search.conftest import DOCUMENTS, document

DEMO = Path("kb/demo/articles")
DRAFTS = 6  # published one after the other, each compared before and after


class CountingEncoder(HashingEncoder):
    """Counts the passages and labels that it is given."""

    def __init__(self) -> None:
        self.passages: list[str] = []

    def encode_passages(self, texts: object) -> Vectors:
        """Encode, and remember what."""
        self.passages += list(texts)  # type: ignore[call-overload]
        return super().encode_passages(texts)  # type: ignore[arg-type]

    def encode_labels(self, texts: object) -> Vectors:
        """Encode labels, which are not counted."""
        return super().encode_passages(texts)  # type: ignore[arg-type]


def demo() -> Iterator[Document]:
    """Every article of the demo company, in both languages."""
    for number, path in enumerate(sorted(DEMO.glob("*/**/*.md")), 1):
        values, body, _ = split(path.read_text("utf-8"))
        title, locale = values["title"], values["locale"]
        yield Document(
            id=str(number),
            locale=locale,
            title=title,
            summary=values.get("summary", ""),
            sections=tuple(
                Section(each.anchor, each.path, each.text)
                for each in render(body, locale=locale, title=title).sections
            ),
            questions=tuple(values.get("answers", ())),
            synonyms=tuple(values.get("synonyms", ())),
            article=path.stem,
        )


class Site:
    """An index that is published to, and its engine."""

    def __init__(self, folder: Path, documents: list[Document], encoder: Encoder) -> None:
        self.index = KeywordIndex(folder / "search")
        self.index.build(documents)
        self.store = VectorStore(folder / "vectors.sqlite3")
        self.path = folder / "vectors.bin"
        self.encoder = LazyEncoder(lambda: encoder, name=encoder.name)
        self.encoder.wait()
        self.publish()
        self.engine = SearchEngine(self.index, self.path, self.encoder)

    def publish(self, *documents: Document) -> None:
        if documents:
            self.index.update(documents)
        encoder = self.encoder.get()
        vectors = encode_missing(self.store, encoder, self.index.snapshot().evidence())
        VectorIndex.write(self.path, encoder.name, vectors)


def drafts(documents: list[Document], seed: int) -> Iterator[Document]:
    """Articles rewritten with the words of others, and new ones."""
    random = Random(seed)
    for number in range(DRAFTS):
        own, other = random.sample(documents, 2)
        yield replace(
            own,
            id=own.id if number % 3 else f"{1000 + seed * DRAFTS + number}",
            title=random.choice([own.title, other.title, f"{other.title} {own.title}"]),
            sections=(*own.sections[: random.randrange(3)], *other.sections[1:], *own.sections[:1]),
            questions=(*random.sample(other.questions, 2), *own.questions[:2]),
        )


@pytest.mark.parametrize("each", DOCUMENTS, ids=lambda each: each.id)
def test_a_segment_in_memory_is_what_whoosh_would_compile(each: Document, tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path)
    index.build([each])
    (written,) = index.snapshot().segments
    made = segment_in_memory(list(fields_of(each)), "made")
    assert set(made.terms()) == set(written.terms())
    for term in written.terms():
        field, _, word = term.partition(":")
        for one, other in zip(
            made.postings(field, word), written.postings(field, word), strict=True
        ):
            assert np.array_equal(one, other)
    assert made.articles == written.articles
    assert made.fingerprints == written.fingerprints
    assert [made.passage(n) for n in range(made.passage_count)] == [
        written.passage(n) for n in range(written.passage_count)
    ]
    for language in ("en", "fr"):
        assert dict(made.positions.vocabulary(language)) == dict(
            written.positions.vocabulary(language)
        )
        assert np.array_equal(made.lengths(f"body_{language}"), written.lengths(f"body_{language}"))


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_published_ranks_as_the_draft_was_told(seed: int, tmp_path: Path) -> None:
    documents = list(demo())
    site = Site(tmp_path, documents, HashingEncoder())
    memory = VectorMemory(site.store)
    questions = Random(seed).sample(
        [(each.locale, asked) for each in documents for asked in each.questions], 12
    )
    for draft in drafts(documents, seed):
        told = OverlaidEngine(site.engine, [draft], memory=memory)
        told.encode()
        asked = [*questions, *((draft.locale, each) for each in (*draft.questions, draft.title))]
        before = [told.search(text, locale=locale) for locale, text in asked]
        site.publish(draft)
        after = [site.engine.search(text, locale=locale) for locale, text in asked]
        for one, other in zip(before, after, strict=True):
            assert [hit.document_id for hit in one.hits] == [hit.document_id for hit in other.hits]
            assert one.weak == other.weak
            assert one.corrected == other.corrected
            assert one.confidence == pytest.approx(other.confidence, abs=1e-5)


@pytest.mark.model
def test_with_the_real_model_it_is_the_same(tmp_path: Path) -> None:
    site = Site(tmp_path, list(DOCUMENTS), SentenceEncoder())
    draft = replace(DOCUMENTS[2], title="When does my parcel come?", questions=("late parcel",))
    told = OverlaidEngine(site.engine, [draft], memory=VectorMemory(None))
    assert not told.encode().texts
    asked = ("late parcel", "my order has not arrived", "sign in", "wi-fi network")
    before = [told.search(each, locale="en") for each in asked]
    site.publish(draft)
    after = [site.engine.search(each, locale="en") for each in asked]
    for one, other in zip(before, after, strict=True):
        assert [hit.document_id for hit in one.hits] == [hit.document_id for hit in other.hits]
        assert one.confidence == pytest.approx(other.confidence, abs=1e-4)


def test_nothing_of_a_draft_reaches_the_index(tmp_path: Path) -> None:
    site = Site(tmp_path, list(DOCUMENTS), HashingEncoder())
    files = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    told = OverlaidEngine(
        site.engine, [document("9", "Zyxgarden", "A zyxgarden.")], memory=VectorMemory(site.store)
    )
    told.encode()
    assert [hit.document_id for hit in told.search("zyxgarden", locale="en").hits] == ["9"]
    assert "9" not in site.index.snapshot().by_id
    assert {path: path.read_bytes() for path in files} == files


def test_only_what_changed_is_encoded_again(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    site = Site(tmp_path, list(DOCUMENTS), encoder)
    check = FindabilityCheck(site.engine, VectorMemory(site.store))
    draft = replace(DOCUMENTS[1], questions=("E-21",))
    encoder.passages.clear()
    check.of(draft)
    assert not encoder.passages  # every passage is public already
    first, second = draft.sections
    changed = replace(second, text=f"{second.text} Then wait for the light.")
    check.of(replace(draft, sections=(first, changed)))
    assert len(encoder.passages) == 1


def test_a_long_draft_is_read_part_by_part(tmp_path: Path) -> None:
    site = Site(tmp_path, list(DOCUMENTS), HashingEncoder())
    check = FindabilityCheck(site.engine, VectorMemory(site.store))
    draft = document("9", "Dimming", "The lamp dims.", questions=("how to dim", "less light"))
    seen = [check.of(draft, at_most=1) for _ in range(4)]
    assert [each.read for each in seen] == [1, 2, 3, 4]
    assert [each.is_provisional for each in seen] == [True, True, True, False]


def test_it_tells_what_stands_before_the_draft_and_what_only_the_list_brings(
    tmp_path: Path,
) -> None:
    site = Site(tmp_path, list(DOCUMENTS), HashingEncoder())
    check = FindabilityCheck(site.engine, VectorMemory(site.store))
    found = check.of(
        document(
            "9",
            "Bulbs",
            "Any bulb with a screw will do.",
            questions=("reset your password", "which bulb with a screw", "zzyzx qwrtp"),
        )
    )
    stolen, own, odd = found.questions
    assert stolen.hangs_on_list
    assert (own.rank, own.alone, own.standing) == (1, 1, Standing.FIRST)
    assert not own.hangs_on_list
    assert odd.alone is None
    assert (stolen.rank, [each.title for each in stolen.before]) == (2, ["Reset your password"])


def test_the_first_article_of_a_site_is_found_too(tmp_path: Path) -> None:
    encoder = LazyEncoder(HashingEncoder, name="hashing")
    encoder.wait()
    engine = SearchEngine(KeywordIndex(tmp_path / "none"), tmp_path / "none.bin", encoder)
    found = FindabilityCheck(engine, VectorMemory(None)).of(
        document("1", "Parcels", "They come by post.", questions=("how do parcels come",))
    )
    assert [each.rank for each in found.questions] == [1]
    assert found.degraded is None


def test_without_the_model_the_words_are_tried_and_it_says_so(tmp_path: Path) -> None:
    site = Site(tmp_path, list(DOCUMENTS), HashingEncoder())
    idle = LazyEncoder(HashingEncoder, name="hashing")
    engine = SearchEngine(site.index, site.path, idle)
    found = FindabilityCheck(engine, VectorMemory(None)).of(
        replace(DOCUMENTS[2], questions=("when do parcels arrive",))
    )
    assert [each.rank for each in found.questions] == [1]
    assert found.degraded is not None
    assert "idle" in found.degraded
