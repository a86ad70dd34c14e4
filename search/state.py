"""How the search does, for the health of the site and for `kb doctor`."""

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from kb.health import Check
from search.encoders import EmbeddingUnavailable, EncoderState
from search.keyword import IndexDamaged, IndexMissing

if TYPE_CHECKING:
    from search.sync import Indexer

LEAST_FREE_BYTES = 64 * 2**20  # an index is written beside the old one before it replaces it


def check(made: "Indexer") -> Check:
    """Say whether search answers with all it has."""
    try:
        snapshot = made.index.snapshot()
    except (IndexMissing, IndexDamaged) as error:
        return Check("search", "degraded", f"no index that can be read ({error}): `kb reindex`")
    if made.trouble:
        return Check("search", "degraded", f"as it was before indexing failed: {made.trouble}")
    if made.encoder is None:
        return Check("search", "ok", f"{len(snapshot)} articles, by keywords alone as configured")
    try:
        made.encoder.get()
        aligned = made.engine.alignment(snapshot)
    except EmbeddingUnavailable as error:
        is_loading = made.encoder.state in {EncoderState.IDLE, EncoderState.LOADING}
        detail = f"{len(snapshot)} articles, by keywords: {error}"
        return Check("search", "degraded", detail, is_loading=is_loading)
    return Check(
        "search",
        "ok",
        f"{len(snapshot)} articles, {aligned.known} of {aligned.expected} passages by meaning",
    )


def check_room(made: "Indexer") -> Check:
    """Say whether the disk has room for what is indexed next; any process can tell."""
    with suppress(FileNotFoundError):
        free = shutil.disk_usage(made.home).free
        if free < LEAST_FREE_BYTES:
            return Check("room", "degraded", f"the disk is full: {free // 2**20} MB are left")
    return Check("room", "ok")


def check_floors(made: "Indexer") -> Check:
    """Say where the floors come from, under which results are called weak."""
    if why := made.floors.trouble():
        return Check("floors", "degraded", f"the defaults, as {why}")
    chosen = ", ".join(f"{language} {floor:.2f}" for language, floor in made.floors.items())
    return Check("floors", "ok", chosen or "the defaults")


def check_model(made: "Indexer") -> Check:
    """Say whether the model can be loaded, by loading it."""
    if made.encoder is None:
        return Check("model", "ok", "off, as configured")
    try:
        encoder = made.encoder.wait()
    except EmbeddingUnavailable as error:
        return Check("model", "failed", str(error))
    return Check("model", "ok", f"{encoder.name}, vectors of {encoder.dimensions} numbers")
