"""The demo's vectors, made beforehand, so that a newcomer does not wait minutes for them.

They are a cache like the one in every home folder: by fingerprint of the text and by model. What the
articles say anew since then is encoded as usual. `python -m kb.demo.vectors` makes the file again.
"""

from pathlib import Path

import numpy as np

from search.encoders import DEFAULT_MODEL
from search.vectors import VectorStore

FILE = Path(__file__).parent / "vectors.npz"


def preload(store: VectorStore, model: str) -> int:
    """Put the vectors into a home's store; return how many, 0 for another model than the default."""
    if model != DEFAULT_MODEL:
        return 0
    with np.load(FILE) as kept:
        fingerprints = [bytes(row).hex() for row in kept["fingerprints"]]
        vectors = kept["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store.put(model, dict(zip(fingerprints, vectors, strict=True)))
    return len(fingerprints)


def keep(store: VectorStore, fingerprints: list[str]) -> None:
    """Write the file from a store that has all of these; half precision ranks the same."""
    found = store.get(DEFAULT_MODEL, fingerprints)
    ordered = sorted(found)
    np.savez(
        FILE,
        fingerprints=np.array([list(bytes.fromhex(key)) for key in ordered], dtype=np.uint8),
        vectors=np.array([found[key] for key in ordered], dtype=np.float16),
    )


def main() -> None:
    """Load the demo into a home of its own, encode what is missing, and keep the vectors."""
    import tempfile  # noqa: PLC0415

    from articles.importing import ImportOptions, import_folder  # noqa: PLC0415
    from kb.config import Settings  # noqa: PLC0415
    from kb.demo.cli import ARTICLES  # noqa: PLC0415
    from kb.factory import create_app  # noqa: PLC0415
    from kb.schema import ensure  # noqa: PLC0415
    from search import sync  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as home:
        app = create_app(Settings(home=Path(home), indexer="off"))
        ensure(app)
        with app.app_context():
            import_folder(ARTICLES, options=ImportOptions(source="clairson"))
            made = sync.indexer(app)
            if FILE.exists():
                preload(made.store, DEFAULT_MODEL)
            sync.reconcile(app)
            keep(made.store, list(made.index.snapshot().evidence()))


if __name__ == "__main__":
    main()
