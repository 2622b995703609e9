"""Many conversations with a line: who calls and what for is drawn from a seed, so that each can be held again."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass

from dialogue.draft import bare_name
from dialogue.lines.playbook import Ask, CheckIdentity, Identified
from dialogue.lines.types import Line
from dialogue.practice.bank import Persona
from dialogue.practice.conversation import Conversation, Stage, Talking
from dialogue.practice.goals import Ending, Goal
from dialogue.practice.habits import Habit

_SECOND_WISH = 0.25
_GENERAL = 0.15
"""Share of the calls that want what may be wanted of any line."""
_NEEDS_TWO = frozenset({Habit.TWO_WISHES, Habit.WISH_AT_QUESTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who calls in one conversation, and what for."""

    persona: Persona
    """What kind of caller it is."""
    goals: tuple[Goal, ...]
    """What is wanted, in order."""
    habits: frozenset[Habit]
    """What shows besides."""
    rng: random.Random
    """Source of chance for the conversation."""


async def conversations_of(
    stage: Stage, *, conversations: int, seed: int, first: int = 0
) -> AsyncIterator[Conversation]:
    """Hold conversations, one after the other.

    Args:
        stage: The line and its callers.
        conversations: How many.
        seed: What they are drawn from.
        first: Number of the first: with the number and seed of a conversation it is held again.
    """
    for number in range(first, first + conversations):
        yield await hold_one(stage, number, seed)


async def hold_one(stage: Stage, number: int, seed: int) -> Conversation:
    """Hold one conversation.

    Args:
        stage: The line and its callers.
        number: Which.
        seed: What it is drawn from.
    """
    cast = await cast_of(stage, number, seed)
    talking = Talking(stage, cast.persona, cast.goals, cast.habits, cast.rng)
    spoken, verdict = await talking.hold(f"practice-{seed}-{number}")
    return Conversation(
        number=number,
        line=stage.line.name,
        persona=cast.persona.name,
        goals=tuple(goal.name for goal in cast.goals),
        habits=tuple(sorted(cast.habits)),
        spoken=spoken,
        verdict=verdict,
        deeds=talking.deeds,
        wanted=talking.wanted,
        ended_at=talking.ended_at,
    )


async def check_goals(stage: Stage) -> None:
    """Make sure that what the goals want can be done at all.

    Raises:
        FirstlineError: code ``"goal_impossible"``: the back office refuses what a goal wants.
    """
    for goal in stage.goals:
        if stage.wanted is not None and goal.does:
            await stage.wanted.all_of(goal.does)


async def cast_of(stage: Stage, number: int, seed: int) -> Cast:
    """Draw who calls in a conversation; arguments as for `hold_one`."""
    rng = random.Random(f"{seed}/{stage.line.name}/{number}")
    persona = stage.bank.persona(rng)
    habits = frozenset(habit for habit, share in persona.habits.items() if rng.random() < share)
    first = rng.choice(stage.general if not stage.goals or rng.random() < _GENERAL else stage.goals)
    goals = [first]
    if first.ends is Ending.SERVED and (habits & _NEEDS_TWO or rng.random() < _SECOND_WISH):
        who = identity_slots(stage.line)
        others = [goal for goal in (*stage.goals, *stage.general) if _goes_with(first, goal, who)]
        rng.shuffle(others)
        for other in others:
            if stage.wanted is None or await stage.wanted.independent((*first.does, *other.does)):
                goals.append(other)
                break
    return Cast(persona=persona, goals=tuple(goals), habits=habits, rng=rng)


def identity_slots(line: Line) -> frozenset[str]:
    """The values by which a line checks who is calling."""
    found: set[str] = set()
    for playbook in line.playbooks.values():
        checking = False
        for step in playbook.steps:
            checking = isinstance(step, CheckIdentity) or (checking and not isinstance(step, Identified))
            if checking and isinstance(step, Ask):
                found.add(bare_name(step.slot))
    return frozenset(found)


def _goes_with(first: Goal, other: Goal, who: frozenset[str]) -> bool:
    """Whether one caller may want both: other things, not two changes of one object, and the caller is one person."""
    if other.name == first.name or other.ends is not Ending.SERVED:
        return False
    if first.playbook and first.playbook == other.playbook:
        return False
    both = first.knows.keys() & other.knows.keys() & who
    if any(first.knows[slot].value != other.knows[slot].value for slot in both):
        return False
    return not (_objects(first, who) & _objects(other, who) and (first.does or other.does))


def _objects(goal: Goal, who: frozenset[str]) -> set[str]:
    return {str(known.value) for slot, known in goal.knows.items() if slot not in who}
