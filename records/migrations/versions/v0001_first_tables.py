"""The tables as the first versions made them, without migrations: a database of theirs is adopted at this step."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "call_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("wall_time", sa.Double, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.UniqueConstraint("call_id", "seq"),
    )
    op.create_index("ix_call_events_type_id", "call_events", ["type", "id"])
    op.create_table(
        "carrier_calls",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("line", sa.String(64), nullable=False),
        sa.Column("pii_caller_number", sa.String(32), nullable=False),
        sa.Column("called_number", sa.String(32), nullable=False),
        sa.Column("caller_verified", sa.Boolean, nullable=False),
        sa.Column("created_s", sa.Float, nullable=False, index=True),
        sa.Column("ended", sa.Boolean, nullable=False, index=True),
    )
    op.create_table(
        "carrier_call_facts",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("detail", sa.String(64), primary_key=True),
        sa.Column("noted_s", sa.Double, nullable=False),
    )
    op.create_table(
        "carrier_call_decisions",
        sa.Column("call_id", sa.String(64), primary_key=True),
        sa.Column("question", sa.String(64), primary_key=True),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("decided_s", sa.Double, nullable=False),
    )
    op.create_table(
        "used_stream_tokens",
        sa.Column("token_id", sa.String(128), primary_key=True),
        sa.Column("expires_s", sa.Float, nullable=False, index=True),
    )


def downgrade() -> None:
    """Drop them."""
    for table in (
        "used_stream_tokens",
        "carrier_call_decisions",
        "carrier_call_facts",
        "carrier_calls",
        "call_events",
    ):
        op.drop_table(table)
