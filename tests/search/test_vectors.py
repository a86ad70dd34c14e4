import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from search.encoders import (
    HashingEncoder,
    Vectors,
)
from search.passages import Label, fingerprint
from search.vectors import VectorIndex, VectorsDamaged, VectorStore, encode_missing


class CountingEncoder(HashingEncoder):
    """Notes what it is asked to encode."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        return super().encode_passages(texts)


def test_nothing_is_encoded_twice(tmp_path: Path) -> None:
    store, encoder = VectorStore(tmp_path / "v.sqlite3"), CountingEncoder()
    texts = {"a": "one", "b": "two", "c": "three"}
    first = encode_missing(store, encoder, texts)
    again = encode_missing(VectorStore(store.path), encoder, {**texts, "d": "four"})
    assert encoder.encoded == ["one", "two", "three", "four"]
    assert all(np.array_equal(first[key], again[key]) for key in texts)


def test_what_was_encoded_before_an_interruption_is_kept(tmp_path: Path) -> None:
    store, encoder = VectorStore(tmp_path / "v.sqlite3"), CountingEncoder()
    texts = {str(number): f"text {number}" for number in range(10)}
    encode_missing(store, encoder, texts, interrupted=lambda: len(encoder.encoded) >= 4)
    encode_missing(store, encoder, texts)
    assert len(encoder.encoded) == 10


def test_vectors_of_another_model_are_not_taken(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "v.sqlite3")
    store.put("one", {"a": np.ones(3, dtype=np.float32)})
    assert store.get("other", ["a"]) == {}


def test_a_damaged_store_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "v.sqlite3"
    path.write_bytes(b"not a database at all, but long enough to be read as one" * 20)
    store = VectorStore(path)
    store.put("one", {"a": np.ones(3, dtype=np.float32)})
    assert list(store.get("one", ["a"])) == ["a"]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_store_that_is_deleted_under_way_is_begun_anew(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "v.sqlite3")
    store.put("one", {"a": np.ones(3, dtype=np.float32)})
    for path in tmp_path.glob("v.sqlite3*"):
        path.unlink()
    assert store.get("one", ["a"]) == {}


def test_a_store_that_is_damaged_under_way_is_begun_anew_at_the_next_use(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "v.sqlite3")
    store.put("one", {"a": np.ones(3, dtype=np.float32)})
    store.path.write_bytes(b"not a database at all, but long enough to be read as one" * 99)
    with pytest.raises(sqlite3.DatabaseError):
        store.get("one", ["a"])
    assert store.get("one", ["a"]) == {}


def test_the_array_on_disk_gives_back_what_was_written(tmp_path: Path) -> None:
    vectors = {"b": np.array([0.0, 1.0], np.float32), "a": np.array([1.0, 0.0], np.float32)}
    VectorIndex.write(tmp_path / "v.bin", "model", vectors)
    index = VectorIndex.load(tmp_path / "v.bin")
    cosines = index.similarities(np.array([1.0, 0.0], np.float32))
    assert cosines[index.positions(["b", "a"])].tolist() == [0.0, 1.0]
    assert index.positions(["unknown"]).tolist() == [-1]


@pytest.mark.parametrize("size", [0, 3, 20, 100])
def test_an_array_that_was_cut_is_noticed(tmp_path: Path, size: int) -> None:
    path = tmp_path / "v.bin"
    VectorIndex.write(path, "model", {"key": np.ones(64, np.float32)})
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(VectorsDamaged):
        VectorIndex.load(path)


def test_no_vectors_are_an_array_too(tmp_path: Path) -> None:
    VectorIndex.write(tmp_path / "v.bin", "model", {})
    assert VectorIndex.load(tmp_path / "v.bin").rows == {}


def test_no_byte_of_an_array_changes_unnoticed(tmp_path: Path) -> None:
    path = tmp_path / "v.bin"
    VectorIndex.write(path, "model", {"key": np.ones(8, np.float32), "two": np.ones(8, np.float32)})
    content = path.read_bytes()
    unnoticed = []
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        try:
            VectorIndex.load(path)
        except VectorsDamaged:
            continue
        unnoticed.append(at)
    head = 24 + len("model\n8\nkey\ntwo")
    assert unnoticed == list(range(head, 64))  # the gap before the rows


def test_an_array_is_read_from_one_file_though_another_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v.bin"
    VectorIndex.write(path, "model", {"old": np.ones(8, np.float32)})
    mapped = np.memmap

    def later(*arguments: object, **options: object) -> object:
        VectorIndex.write(path, "model", {"new": np.zeros(8, np.float32)})
        return mapped(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(np, "memmap", later)
    found = VectorIndex.load(path)
    assert list(found.rows) == ["old"]
    assert found.matrix.tolist() == [[1.0] * 8]


def test_an_array_of_an_older_format_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "v.bin"
    head = b"model\n4\nkey"
    path.write_bytes(len(head).to_bytes(8, "little") + head + bytes(45) + bytes(16))
    with pytest.raises(VectorsDamaged, match="another format"):
        VectorIndex.load(path)


def test_labels_are_encoded_in_their_own_way(tmp_path: Path) -> None:
    class Halves(HashingEncoder):
        def encode_labels(self, texts: Sequence[str]) -> Vectors:
            return -self.encode_passages(texts)

    texts = {"a": "reset", "b": Label("reset")}
    made = encode_missing(VectorStore(tmp_path / "v.sqlite3"), Halves(), texts)
    assert np.allclose(made["a"], -made["b"])


def test_a_label_and_a_passage_of_one_text_have_two_fingerprints() -> None:
    assert Label("reset").fingerprint != fingerprint("reset")
