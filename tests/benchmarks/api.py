"""Ask every operation of the API what nobody thought of, for as long as one likes.

    python -m tests.benchmarks.api --examples 200 --seed 7

A site of its own in a temporary folder, on loopback. What does not hold is printed; the status is 1.
"""

import argparse
import logging
import sys
import tempfile
import threading
import time
from pathlib import Path

from werkzeug.serving import make_server

from kb.api import tokens
from kb.api.scopes import Scope
from kb.config import Settings
from kb.db import db
from kb.factory import create_app
from kb.schema import ensure
from tests import factories
from tests.kb.api import asking

WITHOUT_END = "1000000 per minute"


def main() -> int:
    """Ask, and print what was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--examples", type=int, default=100, help="of each operation and phase")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--phases", nargs="*", default=asking.PHASES)
    options.add_argument("--database-url", default="", help="empty: SQLite")
    chosen = options.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = asked(Path(folder), chosen)
    print(f"{found} found in {time.perf_counter() - started:.0f} s")
    return 1 if found else 0


def asked(home: Path, chosen: argparse.Namespace) -> int:
    """Serve a site, ask it, and return how much does not hold."""
    app = create_app(
        Settings(
            home=home,
            database_url=chosen.database_url,
            embedding_model="off",
            indexer="off",
            worker="off",
            log_level="ERROR",
            contact_email="help@example.com",
            api_limit=WITHOUT_END,
            api_public_limit=WITHOUT_END,
            vote_limit=WITHOUT_END,
        )
    )
    ensure(app)
    with app.app_context():
        _key, text = tokens.make(db.session, "Everything", list(Scope))
        db.session.commit()
        factories.article(title="Return a lamp", body="Hello.\n\n## How\n\nPack it well.")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = 0
    for each in asking.ask(
        f"http://127.0.0.1:{server.port}",
        text,
        examples=chosen.examples,
        seed=chosen.seed,
        phases=chosen.phases,
    ):
        found += 1
        print(each, flush=True)
    server.shutdown()
    return found


if __name__ == "__main__":
    sys.exit(main())
