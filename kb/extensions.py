"""Flask extensions, made once and bound to the application by the factory."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from kb.db import db

migrate = Migrate(db=db, directory="kb/migrations")
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address)

# What one address may send to any public form that says nothing else: a whole office may share one.
# What a person may do is counted in the database by the verbs.
FLOOD = "120 per minute"
