"""From the caller's audio to utterances: speech gate, turn-taking, barge-in, silence."""
