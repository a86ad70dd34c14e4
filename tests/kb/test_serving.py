import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from kb.ahead import load_ahead
from kb.serving import prepare, too_long_answer


def test_an_address_that_is_too_long_is_answered_in_each_language_of_the_site(app: Flask) -> None:
    head, _, page = too_long_answer(["fr", "en"]).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 414 ")
    assert f"Content-Length: {len(page)}".encode() in head
    assert "Cette adresse est trop longue" in page.decode()
    assert "This address is too long" in page.decode()


def test_the_first_request_waits_for_no_page_and_no_part(app: Flask) -> None:
    loaded: list[str] = []
    load_ahead(app, lambda: loaded.append("a part that says so"))
    threads = threading.active_count()
    try:
        with ThreadPoolExecutor(1) as aside:  # where no loop of a browser runs
            aside.submit(prepare, app).result()
    finally:
        gc.unfreeze()
    cache = app.jinja_env.cache
    assert cache is not None
    compiled = {name for _loader, name in cache}
    assert "feedback/reports/overview.html" in compiled
    assert "articles/article.html" in compiled
    assert loaded == ["a part that says so"]
    assert "feedback.assistants.server" in sys.modules
    assert threading.active_count() == threads  # none would go along into the fork
