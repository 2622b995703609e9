"""Murmurs of English, and what a recogniser of English makes of noise."""

from languages.backchannels import Backchannels

BACKCHANNELS = Backchannels(
    murmurs=frozenset(
        word
        for row in (
            "mm mmm mhm mmhm hm hmm hmmm uh huh uhhuh uhuh um umm er erm ah aha oh ooh",
            "yeah yep yup ya yes okay ok kay right alright sure true exactly absolutely indeed",
            "cool great fine nice good perfect lovely interesting really wow",
            "see gotcha got it i all of course and so well thanks thank you",
        )
        for word in row.split()
    ),
    none_alone=frozenset(["i", "it", "and", "so", "well", "you", "all", "of", "thank", "thanks", "good", "see"]),
    noise=frozenset(["you", "thank you", "thanks", "bye", "the", "i", "a", "so", "oh", "thanks for watching"]),
    outright=frozenset(["yes", "no"]),
)
"""Back-channels of English."""
