"""Sessions that leave public answers alone, and that late answers do not end."""

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_security import current_user


class StudioSessions(SecureCookieSessionInterface):
    """Signed cookies for people who sign in; a public answer neither sets a cookie nor varies by one.

    Sign-in extensions look at the session after every request, which alone would mark each public page
    as different for each visitor.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, but into no answer that is the same for everyone, nor a late one.

        What a page's script asks in the background while nobody is signed in has nothing to keep but
        a token or a message that nobody reads. Should its answer come after a sign-in in another
        window, its cookie would take the place of that of the sign-in.
        """
        if response.cache_control.public:
            return
        is_asked_by_script = request.headers.get("X-Requested-With") == "fetch"
        if is_asked_by_script and session.modified and not current_user.is_authenticated:
            response.vary.add("Cookie")
            return
        super().save_session(app, session, response)
