"""Events have an identity of their own and belong to interactions; facts keep a transfer's case; calls are listed.

The lines of events stay as they were written (`interactions.older_events` reads them); their list is made from them.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_EVENTS = sa.table(
    "events",
    sa.column("interaction_id"),
    sa.column("seq"),
    sa.column("wall_time"),
    sa.column("line"),
    sa.column("type"),
)
_CALLS = sa.table(
    "calls",
    *(sa.column(name) for name in ("interaction_id", "channel", "line", "started", "events", "ended", "duration_ms")),
)
_FACTS = sa.table("carrier_call_facts", sa.column("kind"), sa.column("detail"))


def upgrade() -> None:
    """Copy the events under their new names, and make what is new."""
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(96), nullable=False, unique=True),
        sa.Column("interaction_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("wall_time", sa.Double, nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.UniqueConstraint("interaction_id", "seq"),
    )
    op.execute(
        "INSERT INTO events (event_id, interaction_id, seq, wall_time, type, line)"
        " SELECT call_id || ':' || seq, call_id, seq, wall_time,"
        " CASE type WHEN 'reply_heard' THEN 'reply_played' ELSE type END, line FROM call_events ORDER BY id"
    )
    op.drop_table("call_events")
    op.create_table(
        "calls",
        sa.Column("interaction_id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("line", sa.String(64), nullable=False),
        sa.Column("started", sa.Float, nullable=False, index=True),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("ended", sa.String(32), nullable=True, index=True),
        sa.Column("duration_ms", sa.Integer, nullable=True),
    )
    _list_calls()
    op.create_table(
        "call_snapshots",
        sa.Column("interaction_id", sa.String(64), primary_key=True),
        sa.Column("wall_time", sa.Double, nullable=False),
        sa.Column("snapshot", sa.Text, nullable=False),
    )
    op.add_column("carrier_call_facts", sa.Column("transfer_reason", sa.String(32), nullable=True))
    op.add_column("carrier_call_facts", sa.Column("pii_transfer_summary", sa.Text, nullable=True))
    op.execute(sa.delete(_FACTS).where(_FACTS.c.kind == "stream_failed"))
    op.execute(sa.update(_FACTS).where(_FACTS.c.detail == "handed_over").values(detail="transferred"))


def downgrade() -> None:
    """Put the events back under their old names; their lines are as their writer wrote them."""
    op.execute(sa.update(_FACTS).where(_FACTS.c.detail == "transferred").values(detail="handed_over"))
    with op.batch_alter_table("carrier_call_facts") as facts:
        facts.drop_column("pii_transfer_summary")
        facts.drop_column("transfer_reason")
    op.drop_table("call_snapshots")
    op.drop_table("calls")
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
    op.execute(
        "INSERT INTO call_events (call_id, seq, wall_time, type, line)"
        " SELECT interaction_id, seq, wall_time, type, line FROM events ORDER BY id"
    )
    op.create_index("ix_call_events_type_id", "call_events", ["type", "id"])
    op.drop_table("events")


def _list_calls() -> None:
    """A row for each call, from its first event, its beginning, its end and its last number."""
    connection = op.get_bind()
    ends = sa.select(_EVENTS.c.interaction_id, sa.func.min(_EVENTS.c.wall_time), sa.func.max(_EVENTS.c.seq)).group_by(
        _EVENTS.c.interaction_id
    )
    rows: dict[str, dict[str, Any]] = {
        call: {"interaction_id": call, "channel": "voice", "line": "", "started": started, "events": last,
               "ended": None, "duration_ms": None}
        for call, started, last in connection.execute(ends)
    }  # fmt: skip
    told = sa.select(_EVENTS.c.interaction_id, _EVENTS.c.type, _EVENTS.c.line).where(
        _EVENTS.c.type.in_(["call_started", "call_ended"])
    )
    for call, event_type, line in connection.execute(told.order_by(_EVENTS.c.interaction_id, _EVENTS.c.seq)):
        body = json.loads(line)["body"]
        if event_type == "call_started":
            rows[call]["line"] = body["line"]
        else:
            ended = "transferred" if body["reason"] == "handed_over" else body["reason"]
            rows[call] |= {"ended": ended, "duration_ms": body["duration_ms"]}
    if rows:
        connection.execute(sa.insert(_CALLS), list(rows.values()))
