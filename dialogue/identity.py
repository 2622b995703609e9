"""The identity check of a call: made once, and counted; `Identity.told` says what became of it."""

from dataclasses import replace

from dialogue.draft import Draft
from dialogue.lines.playbook import CheckIdentity, Identified, NotIdentified
from dialogue.state import Identity
from dialogue.transferring import transfer
from interactions.vocabulary import TransferReason


def check_identity(d: Draft, step: CheckIdentity) -> bool:
    """Pass over the check of a caller who is known, begin that of another, or bring a human. Whether to walk on."""
    known = d.state.identities.get(step.identity, Identity())
    if known.values is not None:
        d.keep(step.identity, known.values)
        d.go(step.known)
    elif known.failed >= step.attempts:
        transfer(d, TransferReason.PLAYBOOK, d.phrase("not_identified"), "the caller's identity could not be checked")
        return False
    else:
        d.go(d.frame.step + 1)
    return True


def identified(d: Draft, step: Identified) -> None:
    """The caller is who they say."""
    values = {name: d.value_of(value) for name, value in step.values.items()}
    d.keep(step.identity, values)
    _update(d, step.identity, replace(_of(d, step.identity), values=values, by=step.by))
    d.go(d.frame.step + 1)


def not_identified(d: Draft, step: NotIdentified) -> None:
    """What was said fits nobody: once more, with other answers."""
    before = _of(d, step.identity)
    _update(d, step.identity, replace(before, failed=before.failed + 1))
    d.say(d.render(step.text))
    d.update(slots={name: slot for name, slot in d.state.slots.items() if name not in step.slots})
    d.go(step.again)


def _of(d: Draft, identity: str) -> Identity:
    return d.state.identities.get(identity, Identity())


def _update(d: Draft, name: str, identity: Identity) -> None:
    d.update(identities={**d.state.identities, name: identity})
