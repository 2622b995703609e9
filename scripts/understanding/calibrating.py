"""Makes probabilities of the network's outputs."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from scripts.understanding.batches import States, batch_of, known_of, targets_of
from scripts.understanding.example import Example
from scripts.understanding.net import OUTPUTS, ReadingNet


@torch.no_grad()
def logits_of(net: ReadingNet, examples: Sequence[Example], states: States) -> NDArray[np.float32]:
    """float32 [n, acts + 1]."""
    made = [net(*batch_of(examples[i : i + 64], states).given)[0] for i in range(0, len(examples), 64)]
    return np.asarray(torch.cat(made).numpy(), np.float32)


def calibrate(
    net: ReadingNet, examples: Sequence[Example], states: States
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A scale and a bias an output (Platt 1999), on templates that did not train."""
    logits = torch.from_numpy(logits_of(net, examples, states))
    targets = torch.from_numpy(np.stack([targets_of(e) for e in examples]))
    knows = torch.from_numpy(np.stack([known_of(e) for e in examples]))
    scale = torch.ones(OUTPUTS, requires_grad=True)
    bias = torch.zeros(OUTPUTS, requires_grad=True)
    optimizer = torch.optim.LBFGS([scale, bias], max_iter=100)

    def closure() -> Tensor:
        optimizer.zero_grad()
        held = 0.02 * ((scale - 1) ** 2 + bias**2).sum() / len(logits) ** 0.5
        surprise = functional.binary_cross_entropy_with_logits(logits * scale + bias, targets, reduction="none")
        loss = (surprise * knows).mean(0).sum() + held
        loss.backward()
        return loss

    optimizer.step(closure)
    return scale.detach().numpy(), bias.detach().numpy()
