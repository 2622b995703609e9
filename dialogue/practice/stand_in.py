"""Stands in for a back office that is not to be reached: every tool succeeds, with a result of its declared types."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from dialogue.lines.types import FieldType, Line, ToolField
from dialogue.types import ToolCall, ToolOutcome
from interactions.vocabulary import ActionStatus

_ITEMS = 2
"""Things in a list."""


class StandIn:
    """A back office that is there for the conversation alone: whatever is asked for exists, and can be done."""

    def __init__(self, line: Line, today: date):
        """Answer for the tools of a line.

        Args:
            line: The line.
            today: What the days in its answers go by.
        """
        self._line, self._today = line, today

    async def call(self, call: ToolCall) -> ToolOutcome:
        """Answer a call; see `dialogue.runtime.LineRuntime.call_tool`."""
        tool = self._line.tools[call.tool]
        result = {name: call.arguments.get(name) or self._value(name, field) for name, field in tool.result.items()}
        return ToolOutcome(action_id=call.action_id, status=ActionStatus.SUCCEEDED, result=result)

    def _value(self, name: str, field: ToolField, place: int = 1) -> Any:
        match field.type:
            case FieldType.BOOLEAN:
                return True
            case FieldType.INTEGER | FieldType.NUMBER:
                return place
            case FieldType.MONEY:
                return Decimal(20 * place)
            case FieldType.DATE:
                return self._today + timedelta(days=2 + place)
            case FieldType.TIME:
                return time(9 + place)
            case FieldType.LIST:
                return [self._item(field.items, name, number) for number in range(1, _ITEMS + 1)]
        return f"{name.replace('_', ' ')} {place}"

    def _item(self, fields: Mapping[str, ToolField], name: str, number: int) -> Any:
        if not fields:
            return f"{name.replace('_', ' ')} {number}"
        return {each: self._value(each, field, number) for each, field in fields.items()}
