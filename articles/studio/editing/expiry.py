"""When a form cannot even be looked at: its words are shown again, to be sent once more or copied."""

from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from kb import errors
from kb.caching import private

TEXTS = ("title", "summary", "body", "answers", "synonyms", "keywords")


def keep_words(blueprint: Blueprint) -> None:
    """Answer a form of `blueprint` whose session has ended with a page that holds its words.

    Once is enough, however many applications a process makes.
    """
    if CSRFError in blueprint.error_handler_spec.get(None, {}).get(CSRFError.code, {}):
        return

    @blueprint.errorhandler(CSRFError)
    def expired(error: CSRFError) -> Response:
        if not any(request.form.get(name) for name in TEXTS):
            return errors.page(HTTPStatus.BAD_REQUEST, error.description or "")
        html = render_template(
            "articles/studio/expired.html",
            action=request.path,
            carried=[(n, v) for n, v in request.form.items(multi=True) if n != "csrf_token"],
            is_signed_in=current_user.is_authenticated,
        )
        return private(html, HTTPStatus.BAD_REQUEST)
