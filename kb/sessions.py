"""Sessions that leave public answers alone."""

from flask import Flask, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class StudioSessions(SecureCookieSessionInterface):
    """Signed cookies for people who sign in; a public answer neither sets a cookie nor varies by one.

    Sign-in extensions look at the session after every request, which alone would mark each public page
    as different for each visitor.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, except into an answer that is the same for everyone."""
        if response.cache_control.public:
            return
        super().save_session(app, session, response)
