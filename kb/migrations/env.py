"""How Alembic reaches the models and the database of the running application."""

from alembic import context
from flask import current_app

from kb.schema import is_modelled

engine = current_app.extensions["migrate"].db.engine
metadata = current_app.extensions["migrate"].db.metadata

with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        include_name=is_modelled,
        # SQLite changes a column by copying the table.
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
