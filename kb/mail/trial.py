"""A message that shows whether the settings of e-mail are right."""

from kb.db import db, utc_now
from kb.locales import settings
from kb.mail import addresses, outbox
from kb.mail.messages import compose
from kb.mail.servers import Line, NotNow, Refused, Unavailable, server_from

TRIAL = "trial"


def send_trial(recipient: str) -> str:
    """Send a message past the outbox; returns what went wrong, nothing where the server took it."""
    config = settings()
    sender = addresses.sender(config)
    assert sender is not None, "the command has looked"
    try:
        mail = outbox.send(
            recipient,
            kind=TRIAL,
            subject=f"{config.site_name}: e-mail works",
            text="This message was sent to see whether the settings of e-mail are right. They are.\n",
        )
        message = compose(mail, sender, utc_now())
        db.session.expunge(mail)
        with Line(server_from(config.smtp_url), own_name=sender.domain) as line:
            line.send(message, sender=sender, recipient=mail.recipient)
    except (outbox.NotSendable, Unavailable, NotNow, Refused) as error:
        return str(error)
    return ""
