"""Judges a conversation that is over: by what the caller wanted and heard, and by the world that it left behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.practice.caller import Caller, Wish
from dialogue.practice.goals import Ending
from dialogue.practice.heard import contains, pattern_of
from dialogue.practice.verdict import Spoken, Verdict, loop_of, repeats_of, said_often
from dialogue.practice.world import Snapshot, WantedWorlds, difference, same_world
from languages.reading import Reader

_BY_A_PERSON = (Ending.HUMAN, Ending.EITHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is known of a conversation that is over, in text or on the telephone."""

    spoken: tuple[Spoken, ...]
    """Word for word."""
    wrong: tuple[str, ...]
    """Each change that the caller did not clearly agree to."""
    outcomes: tuple[str, ...]
    """What the line said first after each change of the world."""
    gave_up: str
    """How the caller ended it; empty where the line did, or the goodbye."""
    handed_over: bool
    """Whether a person was called, or a message taken in their place."""
    over: bool
    """Whether the line ended it."""
    said_goodbye: bool
    """Whether the caller's last words were that nothing more is wanted."""
    failed: bool
    """Whether something went wrong in the back office."""
    turns: int
    """Turns of the caller."""
    world: Snapshot | None
    """The back office afterwards; None where it cannot be looked into."""


async def judged(held: Held, caller: Caller, wanted: WantedWorlds | None, reader: Reader) -> Verdict:
    """The verdict on a conversation.

    Args:
        held: The conversation.
        caller: Who called, with what was done of their wishes and all that they heard.
        wanted: What the back office should look like.
        reader: Splits what the line said into sentences.
    """
    wishes, handed_over = caller.wishes, held.handed_over
    counted = said_often(held.spoken, reader)
    wrong = [*held.wrong, *await _wrong_world(held, wishes, wanted)]
    open_wishes = [wish for wish in wishes if not _is_solved(wish, caller, handed_over)]
    wants_human = any(wish.goal.ends in _BY_A_PERSON and not wish.withdrawn for wish in wishes)
    hung_up_on = bool(open_wishes) and held.over and not handed_over and not held.said_goodbye
    unheard = sum(not contains(caller.all_heard, pattern_of(text)) for text in held.outcomes)
    return Verdict(
        solved=not (held.gave_up or wrong or open_wishes),
        solvable=not held.failed,
        wrong_actions=tuple(wrong),
        handed_over=handed_over,
        needless=handed_over and not wants_human and not held.failed,
        dead_end=held.gave_up or ("the line hung up" if hung_up_on else ""),
        looped=loop_of(counted),
        repeated=repeats_of(counted),
        unheard=0 if handed_over else unheard,
        turns=held.turns,
    )


def _is_solved(wish: Wish, caller: Caller, handed_over: bool) -> bool:
    match wish.goal.ends:
        case Ending.HUMAN:
            return handed_over or wish.withdrawn
        case Ending.EITHER:
            return handed_over or caller.served(wish)
        case Ending.GOODBYE:
            return not handed_over
    return caller.served(wish)


async def _wrong_world(held: Held, wishes: Sequence[Wish], wanted: WantedWorlds | None) -> list[str]:
    found = held.world
    if found is None or wanted is None:
        return []
    if held.failed:
        # Nobody can say whether what failed was done all the same.
        allowed = await wanted.some_of([change for wish in wishes for change in wish.goal.does])
    else:
        allowed = await wanted.all_of([change for wish in wishes for change in wish.done])
    if any(same_world(world, found) for world in allowed):
        return []
    nearest = min((difference(world, found) for world in allowed), key=len)
    return [f"the world is not as it should be: {nearest}"]
