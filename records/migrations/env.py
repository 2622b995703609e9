"""What Alembic runs: the steps, on the connection that `records.schema` hands over."""

from alembic import context

from records.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=METADATA, render_as_batch=True, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
