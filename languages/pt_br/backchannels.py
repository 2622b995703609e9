"""Murmurs of Portuguese, and what a recogniser makes of noise."""

from languages.backchannels import Backchannels

BACKCHANNELS = Backchannels(
    murmurs=frozenset(
        word
        for row in (
            "hum hm hmm mm mmm mhm uhum aham ahã ahan ah ahn oh eh é",
            "sim isso certo claro ok okay tá bom boa beleza exato exatamente verdade sei entendi entendo",
            "legal ótimo perfeito show nossa puxa então né mesmo aí bem obrigado obrigada valeu",
        )
        for word in row.split()
    ),
    none_alone=frozenset(["bem", "então", "mesmo", "aí", "boa", "obrigado", "obrigada", "valeu", "né"]),
    noise=frozenset(["obrigado", "obrigada", "tchau", "e", "o", "a", "é", "legendas pela comunidade amara.org"]),
    outright=frozenset(["sim", "não"]),
)
"""Back-channels of Portuguese."""
