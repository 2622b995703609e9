"""All tables that are kept: importing this module makes them known to the schema's metadata."""

from records import call_table, calls, event_log, snapshots
from records.database import Base

TABLES = (
    event_log.EventRow,
    call_table.CallRow,
    snapshots.SnapshotRow,
    calls.CarrierCallRow,
    calls.CallFactRow,
    calls.CallDecisionRow,
    calls.UsedTokenRow,
)
METADATA = Base.metadata
