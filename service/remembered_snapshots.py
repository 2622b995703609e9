"""Where the latest calls of this process stand, in memory."""

from collections import OrderedDict

from interactions.snapshot import CallSnapshot

_REMEMBERED_CALLS = 512
"""Calls whose media stream may come back."""


class RememberedSnapshots:
    """Where the latest calls of this process stand: a `SnapshotKeeper` in memory."""

    def __init__(self) -> None:
        """Know of no call."""
        self._snapshots: OrderedDict[str, CallSnapshot] = OrderedDict()

    def keep(self, snapshot: CallSnapshot) -> None:
        """See `SnapshotKeeper`."""
        self._snapshots[snapshot.interaction_id] = snapshot
        self._snapshots.move_to_end(snapshot.interaction_id)
        while len(self._snapshots) > _REMEMBERED_CALLS:
            self._snapshots.popitem(last=False)

    async def load(self, interaction_id: str) -> CallSnapshot | None:
        """See `SnapshotKeeper`."""
        return self._snapshots.get(interaction_id)
