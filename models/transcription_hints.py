"""What helps the transcriber when the shape of an answer is known: a sentence in that shape before it."""

DIGITS_HINT = ("My order number is 4 0 2 7 9 1.",)
"""Hand this as ``hotwords`` when the caller was asked for a number said digit by digit."""
LETTERS_HINT = ("It is spelled B R O W N.",)
"""Hand this as ``hotwords`` when the caller was asked to spell."""
