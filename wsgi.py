"""The entry point for any WSGI server: `gunicorn wsgi:app`."""

import sys

from flask import Flask

from kb import threads

NEVER_STARTS = 3  # as gunicorn's workers say it, which otherwise starts one after the other


def _app() -> Flask:
    threads.limit()
    from kb.config import problems  # noqa: PLC0415
    from kb.factory import (  # noqa: PLC0415  (after the limit, which numpy reads)
        create_app,
        start_with_first_request,
    )

    try:
        made = create_app()
    except Exception as error:
        found = problems(error)
        if not found:
            raise
        sys.stderr.writelines(f"{name}: {why}\n" for name, why in found)
        sys.exit(NEVER_STARTS)
    start_with_first_request(made)
    return made


app = _app()
