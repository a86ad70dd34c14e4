"""One thread of arithmetic in each worker: two make a query 2 to 3 times slower, not faster."""

import os

LIBRARIES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def limit() -> None:
    """Ask the arithmetic libraries for one thread, unless the operator has said otherwise.

    They read it once, when they are loaded: call this before numpy is imported.
    """
    for name in LIBRARIES:
        os.environ.setdefault(name, "1")
