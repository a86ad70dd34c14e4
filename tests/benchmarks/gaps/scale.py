"""How long it takes to group many intents, with vectors that are ready, and to make the vectors."""

import random
import resource
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from feedback.gaps.facts import Expressed, Known, Opened, Source
from feedback.gaps.grouping import find_gaps
from feedback.gaps.meaning import keeping
from feedback.outcomes import Outcome
from search.encoders import lazy_encoder

SEED = 5
TOPICS = 1_000
ARTICLES = 1_000
PASSAGES = 8  # of an article
DIMENSIONS = 384  # of the bundled model
VOCABULARY = 6_000
WORDS_OF_A_TOPIC = 14
SPREAD = 1.2  # of questions about their topic, as a share of the distance between topics
START = datetime(2026, 9, 1, tzinfo=UTC)

Vectors = npt.NDArray[np.float32]


def measure(intents: int, *, encoded: int, model: str) -> dict[str, Any]:
    """Return seconds and megabytes for so many intents; none of them lasts under a millisecond.

    Topics are drawn with a long tail, half of the visitors ask twice. Two wordings of three occur once.
    """
    said, topics = _said(intents)
    texts = list(dict.fromkeys(each.text for each in said))
    rows = _vectors([topics[text] for text in texts])
    place = {text: number for number, text in enumerate(texts)}

    def encode(wanted: Sequence[str]) -> Vectors:
        return rows[[place.get(text, 0) for text in wanted]]

    steps: list[tuple[int, int]] = []
    begun = time.perf_counter()
    gaps = find_gaps(
        said, encode, _articles(), progress=lambda done, total: steps.append((done, total))
    )
    seconds = time.perf_counter() - begun
    each = _encoding(texts[:encoded], model) if encoded and model != "off" else None
    return {
        "intents": intents,
        "wordings": len(texts),
        "gaps": len(gaps),
        "grouping_seconds": round(seconds, 1),
        "progress_steps": len(steps),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        **(each or {}),
        "encoding_all_seconds": round(each["encoding_ms_each"] * len(texts) / 1000)
        if each
        else None,
    }


def _said(count: int) -> tuple[list[Expressed], dict[str, int]]:
    chance = random.Random(SEED)
    vocabulary = [f"word{number}" for number in range(VOCABULARY)]
    words = [chance.sample(vocabulary, WORDS_OF_A_TOPIC) for _ in range(TOPICS)]
    topics: dict[str, int] = {}
    said = []
    visitor, topic = 0, 0
    for number in range(count):
        if number % 3 != 1:  # of three searches two begin a visit, the third goes on
            visitor += 1
            topic = min(int(chance.paretovariate(0.6)), TOPICS) - 1
        text = " ".join(chance.sample(words[topic], chance.randint(2, 5)))
        topics[text] = topic
        answered = topic % 4 and chance.random() < 0.8
        said.append(
            Expressed(
                id=number,
                source=Source.SEARCH,
                text=text,
                normalised=text,
                locale="en",
                visitor=f"visitor {visitor}",
                asked_at=START + timedelta(seconds=20 * number),
                origin=f"network {visitor}",
                visit=visitor,
                outcome=Outcome.ANSWERED if answered else Outcome.NO_CLICK,
                chain=number,
                shown=tuple((topic + rank) % ARTICLES for rank in range(10)),
                opened=(Opened(topic, 1, 40),) if answered else (),
            )
        )
    return said, topics


def _vectors(topics: Sequence[int]) -> Vectors:
    chance = np.random.default_rng(SEED)
    centres = chance.standard_normal((TOPICS, DIMENSIONS), dtype=np.float32)
    rows = centres[list(topics)]
    rows += SPREAD * chance.standard_normal(rows.shape, dtype=np.float32)
    return _unit(rows)


def _articles() -> tuple[Known, ...]:
    rows = _vectors([number % TOPICS for number in range(ARTICLES) for _ in range(PASSAGES)])
    return tuple(
        Known(number, number, "en", (f"article {number}",), block)
        for number, block in enumerate(np.split(rows, ARTICLES))
    )


def _unit(rows: Vectors) -> Vectors:
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _encoding(texts: Sequence[str], model: str) -> dict[str, float]:
    """Return what it costs to make vectors of new questions, and to read known ones."""
    with tempfile.TemporaryDirectory(prefix="kb-gaps-") as home:
        encode = keeping(lazy_encoder(model).wait(), Path(home))
        times = []
        for _ in range(2):
            begun = time.perf_counter()
            encode(texts)
            times.append(1000 * (time.perf_counter() - begun) / len(texts))
    return {"encoding_ms_each": round(times[0], 2), "reading_ms_each": round(times[1], 3)}
