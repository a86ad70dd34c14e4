"""Claims about the guide: the code that it gives to others works as it stands there."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kb.webhooks.events import EVENTS
from kb.webhooks.signatures import headers, new_secret

GUIDE = (Path(__file__).parents[3] / "docs" / "connections.md").read_text()


def snippet() -> Any:
    (code,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    known: dict[str, Any] = {}
    exec(code, known)
    return known["is_genuine"]


def test_the_guides_code_believes_our_messages_and_no_others() -> None:
    is_genuine, secret, body = snippet(), new_secret(), b'{"version":1}'
    now = datetime.fromtimestamp(time.time(), UTC)
    sent = headers([new_secret(), secret], "evt_1", body, now)
    assert is_genuine(secret, sent, body)
    assert not is_genuine(secret, sent, body + b" ")
    assert not is_genuine(new_secret(), sent, body)
    old = headers([secret], "evt_1", body, now - timedelta(minutes=10))
    assert not is_genuine(secret, old, body)


def test_the_guide_names_every_event() -> None:
    assert [each for each in EVENTS if f"`{each}`" not in GUIDE] == []
