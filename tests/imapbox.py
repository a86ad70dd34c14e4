"""A real IMAP server on loopback, with one mailbox that a test fills and looks into."""

import asyncio
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from imap_tools import MailBoxUnencrypted, MailMessageFlags
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

from tests.postbox import CERTIFICATE, PATIENCE_SECONDS

USER, PASSWORD = "help", "p@ss/word"


@dataclass
class Imapbox:
    """Where the server listens; each look into it is a connection of its own."""

    port: int

    @property
    def url(self) -> str:
        """Return the address of the mailbox as a value of `imap_url`."""
        return f"imap+plain://{USER}:p%40ss%2Fword@127.0.0.1:{self.port}/INBOX"

    @contextmanager
    def opened(self, folder: str = "INBOX") -> Iterator[MailBoxUnencrypted]:
        """Give the mailbox as a mail program sees it."""
        line = MailBoxUnencrypted("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        with line.login(USER, PASSWORD, initial_folder=folder):
            yield line

    def put(self, *mails: bytes) -> None:
        """Deliver mails, as the mail server does."""
        with self.opened() as line:
            for each in mails:
                line.append(each, "INBOX")

    def unseen(self) -> int:
        """Return how many mails nobody has taken."""
        with self.opened() as line:
            return len(line.uids("UNSEEN"))

    def count(self, folder: str = "INBOX") -> int:
        """Return how many mails lie in a folder."""
        with self.opened(folder) as line:
            return len(line.uids("ALL"))

    def unmark(self) -> None:
        """Make every mail new again, as where the program died before it marked them."""
        with self.opened() as line:
            line.flag(line.uids("ALL"), MailMessageFlags.SEEN, value=False)


@contextmanager
def server() -> Iterator[Imapbox]:
    """Run a server in a thread of its own, with an event loop of its own, until the test ends."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    ports: list[int] = []
    stopped = asyncio.Event()

    async def serve() -> None:
        args = Namespace(
            host="127.0.0.1", port=0, debug=False, cert=str(CERTIFICATE), key=str(CERTIFICATE),
            tls=True, passlib_cfg=None, proxy_protocol=None, inherited_sockets=None,
            demo_data=False, demo_user=USER, demo_password=PASSWORD, skip_services=[],
        )  # fmt: skip
        backend, config = await DictBackend.init(
            args, secure_auth=False, reject_dnsbl=False, invalid_user_sleep=0.0
        )
        config.apply_context()
        callback = ProxyProtocolReader(config.proxy_protocol).get_callback(
            IMAPServer(backend.login, config)
        )
        listening = await asyncio.start_server(callback, host="127.0.0.1", port=0)
        ports.append(listening.sockets[0].getsockname()[1])
        ready.set()
        await stopped.wait()
        listening.close()
        others = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await loop.shutdown_default_executor()  # here: a browser's loop may run in the other thread

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE_SECONDS), "the IMAP server did not start"
    try:
        yield Imapbox(ports[0])
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(PATIENCE_SECONDS)
        loop.close()
