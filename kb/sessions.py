"""Sessions that leave public answers alone, and that late answers do not end."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_security import current_user

from kb.security import FOR_PROGRAMS


class StudioSessions(SecureCookieSessionInterface):
    """Signed cookies for people who sign in; a public answer neither sets a cookie nor varies by one.

    Sign-in extensions look at the session after every request, which alone would mark each public page
    as different for each visitor.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie; below /api there are keys, and what a cookie says is worth nothing."""
        if request.path.startswith(FOR_PROGRAMS):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie, but into no answer that is the same for everyone, nor a late one.

        What a page's script asks in the background while nobody is signed in has nothing to keep but
        a token or a message that nobody reads. Should its answer come after a sign-in in another
        window, its cookie would take the place of that of the sign-in.
        """
        if response.cache_control.public or request.path.startswith(FOR_PROGRAMS):
            return
        is_asked_by_script = request.headers.get("X-Requested-With") == "fetch"
        if is_asked_by_script and session.modified and not current_user.is_authenticated:
            response.vary.add("Cookie")
            return
        super().save_session(app, session, response)
