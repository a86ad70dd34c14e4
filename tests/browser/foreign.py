"""A site of somebody else on another port: pages that carry the widget, some of them hostile."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.swift import SHUTDOWN_SECONDS

HOSTILE = """
html { font-size: 40px; direction: rtl }
body { transform: rotate(3deg); filter: sepia(1) }
* { color: red !important; font: 90px cursive !important; letter-spacing: 1em !important;
    text-transform: uppercase !important; transition: all 30s !important; animation: none !important }
body *, html > :not(head, body) {
  all: unset !important; display: none !important; visibility: hidden !important; opacity: 0 !important;
  position: static !important; z-index: -1 !important; transform: scale(4) !important;
  clip-path: circle(1px) !important; pointer-events: none !important; content-visibility: hidden !important;
}
dialog, button, input, a, h2, [popover], ::backdrop { display: none !important }
"""
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>{style}
{before}<script src="{kb}/widget.js" async {options}></script></head>
<body><main><h1>{title}</h1><p><button type="button" data-kb-open>Stuck?</button></p></main></body></html>"""
TITLES = {"en": "Reset a lamp – The Shop", "fr": "Votre panier – La Boutique"}
QUEUE = '<script src="/queue.js"></script>'
QUEUED = """window.heard = []; window.KB = window.KB || [];
for (const name of ["ready", "opened", "closed", "searched", "voted"])
  KB.push(["on", name, (detail) => heard.push([name, detail])]);
document.addEventListener("kb:searched", (event) => heard.push(["dom", event.detail.query]));
KB.push(["search", "reset a lamp"]);"""


def policy(kb: str) -> str:
    """Return the strictest policy under which the widget works, as docs/widget.md gives it."""
    return (
        f"default-src 'none'; script-src {kb}; connect-src {kb}; img-src {kb}; "
        "style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


@contextmanager
def shop(kb: str) -> Iterator[str]:
    """Serve pages that carry the widget of the help site `kb`; gives the address of the shop."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.partition("?")[0].strip("/")
            files = {"hostile.css": ("text/css", HOSTILE), "queue.js": ("text/javascript", QUEUED)}
            kind, body = files.get(name, ("text/html", self._page(name)))
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            if "strict" in name:
                self.send_header("Content-Security-Policy", policy(kb))
            self.end_headers()
            self.wfile.write(body.encode())

        def _page(self, name: str) -> str:
            lang = "fr" if name.startswith("fr") else "en"
            return PAGE.format(
                lang=lang,
                title=TITLES[lang],
                kb=kb,
                style='<link rel="stylesheet" href="/hostile.css">' if "hostile" in name else "",
                before=QUEUE if "queue" in name else "",
                options='data-position="left"' if "left" in name else "",
            )

        def log_message(self, *_more: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, args=(SHUTDOWN_SECONDS,), daemon=True)
    thread.start()
    # Another name than that of the help site: to browsers, another site as well as another origin.
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
