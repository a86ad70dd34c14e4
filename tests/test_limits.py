"""Claims about what strangers may send: every public form is limited, a new one too."""

from flask import Flask
from flask_limiter.util import get_qualified_name

from kb.extensions import limiter
from kb.security import READING
from tests.test_rights import right_of

# Counted by themselves: programs by key or address, steps of signing in by what was refused.
COUNTED = ("/api/", "/mcp", "/studio/")


def test_no_public_form_takes_floods(app: Flask) -> None:
    open_to_all = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - READING
        and right_of(app, rule) is None
        and not rule.rule.startswith(COUNTED)
    }
    assert {"contact.send", "threads.act", "announcements.follow"} <= open_to_all
    unlimited = {
        each
        for each in open_to_all
        if not limiter.limit_manager.decorated_limits(get_qualified_name(app.view_functions[each]))
    }
    assert unlimited == set()
