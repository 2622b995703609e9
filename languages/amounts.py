"""Chooses, of several amounts in a text, the one that is meant."""

import re
from collections.abc import Sequence
from dataclasses import replace

from languages.entities import Amount

_CONTEXT = 40
"""Characters looked at before an amount."""
_UNSURE = 0.55
"""Confidence where nothing tells which amount is meant."""


def choose_amount(
    text: str, amounts: Sequence[Amount], *, before: re.Pattern[str], after: re.Pattern[str]
) -> Amount | None:
    """The amount that is meant: the surest, then one that words around it ask for, then the first.

    Args:
        text: What was said.
        amounts: All amounts in it, in their order.
        before: Found right before the one that is meant; anchored at its end.
        after: Matches right after it.
    """
    if not amounts:
        return None
    surest = max(amount.confidence for amount in amounts)
    rivals = [amount for amount in amounts if amount.confidence == surest]
    if len({amount.value for amount in rivals}) == 1:
        return rivals[0]
    meant = [
        amount
        for amount in rivals
        if before.search(text[max(0, amount.start - _CONTEXT) : amount.start]) or after.match(text, amount.end)
    ]
    if len({amount.value for amount in meant}) == 1:
        return meant[0]
    chosen = (meant or rivals)[0]
    return replace(chosen, confidence=min(chosen.confidence, _UNSURE))
