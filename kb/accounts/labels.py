"""What roles are called on pages."""

from flask_babel import lazy_gettext as _l

from kb.accounts.models import RoleName

# What each may do, for whoever gives the role.
ROLES = {
    RoleName.WRITER: (_l("Writer"), _l("writes and translates, asks for reviews")),
    RoleName.REVIEWER: (_l("Reviewer"), _l("also reviews and publishes")),
    RoleName.LEAD: (_l("Lead"), _l("also sees reports, arranges categories and templates")),
    RoleName.ADMIN: (_l("Administrator"), _l("also looks after people and reads the log")),
    None: (_l("Customer"), _l("reads what is for signed-in customers, never sees the studio")),
}


def role_label(role: RoleName | None) -> str:
    """Return what a role is called in the language of the page."""
    return str(ROLES[role][0])
