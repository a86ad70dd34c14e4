"""What readers did and said, put together: all rooms of this package, in the application."""

from datetime import timedelta

from flask import Blueprint, Flask

from feedback import desk, former, telling, visits_of_translations, voting_views, watching
from feedback.announcements import views as announcements
from feedback.api import setup as api
from feedback.assistants import views as assistants
from feedback.channels import views as channels
from feedback.comments import views as comments
from feedback.contact import views as contact
from feedback.customers import views as customers
from feedback.digests import views as digests
from feedback.gaps import views as gaps
from feedback.helpdesk import views as helpdesk
from feedback.mailbox import views as mailbox
from feedback.phrasings import frequent_queries, voted_queries
from feedback.popular import asked_most, most_helpful
from feedback.privacy.retention import keep_retention
from feedback.reports import articles_views, searches_views
from feedback.reports import views as reports
from feedback.requests import api as requests_api
from feedback.requests.files import views as request_files
from feedback.requests.sender import threads
from feedback.requests.studio import acts as request_acts
from feedback.requests.studio import inbox
from feedback.requests.studio import page as request_page
from feedback.requests.studio import uploads as request_uploads
from feedback.requests.studio import views as requests_studio
from feedback.rises import views as rises
from feedback.spool import drainer, state
from feedback.spool.draining import drain
from feedback.surveys import views as surveys
from feedback.waiting import views as waiting
from feedback.widget import views as widget
from kb import health
from kb.worker import tasks
from search.taught import frequent, learning

PARTS = (
    voting_views,
    watching,
    api,
    desk,
    visits_of_translations,
    former,
    reports,
    gaps,
    articles_views,
    searches_views,
    comments,
    rises,
    announcements,
    channels,
    contact,
    helpdesk,
    telling,
    waiting,
    requests_studio,
    request_uploads,
    inbox,
    request_page,
    request_acts,
    requests_api,
    threads,
    request_files,
    mailbox,
    surveys,
    widget,
    digests,
    assistants,
    customers,
    drainer,
)


def init_app(app: Flask) -> None:
    """Serve every room, follow what readers do, and erase what is old."""
    # All rooms keep their templates in one folder, which belongs to none of them.
    app.register_blueprint(Blueprint("feedback", __name__, template_folder="templates"))
    for part in PARTS:
        part.init_app(app)
    learning.register(app, voted_queries)
    frequent.register(app, frequent_queries)
    tasks.register(app, "events", timedelta(minutes=1), drain)
    tasks.register(app, "retention", timedelta(days=1), keep_retention)
    health.register(app, state.check)
    app.jinja_env.globals.update(most_helpful=most_helpful, asked_most=asked_most)
