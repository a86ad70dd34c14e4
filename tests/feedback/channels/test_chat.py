"""What a vendor's chat cannot reach, even where it keeps the origin of the site."""

from flask.testing import FlaskClient

from feedback.requests.models import Way
from tests.feedback.channels import cast


def test_a_page_that_a_chat_opens_is_cut_off_from_it(client: FlaskClient) -> None:
    cast.channel(Way.CHAT, snippet="<script>start()</script>", snippet_keeps=True)
    chat, other = client.get("/en/contact/chat/1"), client.get("/en/")
    assert "allow-same-origin" in chat.headers["Content-Security-Policy"]
    # Windows of two pages whose policies differ do not know each other (HTML, 7.1.3).
    name = "Cross-Origin-Opener-Policy"
    assert (chat.headers[name], other.headers[name]) == ("unsafe-none", "same-origin")
