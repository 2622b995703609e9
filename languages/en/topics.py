"""How people ask in English about the line itself: is it a machine, is it open, what can it do."""

import re

from languages.rules import LineTopic

TOPICS = {
    LineTopic.RECORDED: re.compile(r"\b(?:record(?:ed|ing)?|taped|listening in)\b"),
    LineTopic.NAME: re.compile(
        r"\b(?:your name|who are you|who am i (?:talking|speaking) (?:to|with)|what's this called)\b"
    ),
    LineTopic.OPEN_NOW: re.compile(
        r"""\b(?:
        are\syou\s(?:guys\s)?(?:still\s|even\s)?(?:open|closed)(?!\s(?:on|at|over)\b)
      | (?:open|closed)\s(?:now|today|right\snow|at\sthe\smoment|tonight) | (?:close|shut)\s(?:today|tonight)
        )\b""",
        re.VERBOSE,
    ),
    LineTopic.HOURS: re.compile(
        r"""\b(?:
        (?:when|what\stime|how\slong)\s(?:do|are|will)\s(?:you|the\s\w+|your\s\w+)\s(?:\w+\s)?(?:open|closed?|shut)
      | (?:open|closed)\s(?:tomorrow|on\s\w+day)
      | (?:opening|office)\s(?:hours|times) | your\shours
        )\b""",
        re.VERBOSE,
    ),
    LineTopic.ABILITIES: re.compile(
        r"""\b(?:
        what\s(?:else\s)?(?:can|could|do)\syou\s(?:actually\s)?(?:do|help|handle)
      | what\s(?:can|could)\si\s(?:ask|do|say) | what\sare\s(?:you\sfor|my\soptions) | how\scan\syou\shelp
        )\b""",
        re.VERBOSE,
    ),
    LineTopic.MACHINE: re.compile(
        r"\b(?:are you|is this|is that|am i (?:talking|speaking) (?:to|with)) (?:\w+ ){0,3}"
        r"(?:robot|bot|machine|computer|ai|human|person|real|automated)\b"
    ),
}
"""Found in words that ask about the line, by what they ask."""
