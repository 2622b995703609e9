"""The global rules that come before every playbook: decided by words, never by a model's mood.

What the rules are and which comes first is the same in every language; the words are each language's own, and a line
adds some for a human and for emergencies.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Rule(StrEnum):
    """What a rule makes of a sentence."""

    EMERGENCY = "emergency"
    NO_HUMAN = "no_human"
    """"Please don't transfer me": whoever says it is not put through."""
    HUMAN = "human"
    REPEAT = "repeat"
    SLOWER = "slower"
    LOUDER = "louder"
    GOODBYE = "goodbye"
    NEVER_MIND = "never_mind"
    IDENTITY = "identity"
    """"Am I talking to a machine?" gets an honest answer."""
    PRESENCE = "presence"
    """"Hello? Are you there?"."""


class LineTopic(StrEnum):
    """What callers ask about the line itself, whatever it is for."""

    MACHINE = "machine"
    """Whether a machine answers."""
    NAME = "name"
    """Who answers, by name."""
    RECORDED = "recorded"
    """Whether the call is recorded."""
    OPEN_NOW = "open_now"
    """Whether people are at work now, or until when today."""
    HOURS = "hours"
    """When people are at work."""
    ABILITIES = "abilities"
    """What the line can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHit:
    """A rule that applies."""

    rule: Rule
    emergency: int | None = None
    """Which of the line's emergencies it is, for `Rule.EMERGENCY`."""


class EmergencyWords(Protocol):
    """What a line calls an emergency."""

    @property
    def words(self) -> Sequence[str]:
        """Words or phrases, any of which triggers it."""


class OwnWords(Protocol):
    """What a line adds to the rules of its language."""

    @property
    def human_words(self) -> Sequence[str]:
        """Phrases that ask for a human, besides the built-in ones."""

    @property
    def emergencies(self) -> Sequence[EmergencyWords]:
        """Words that must never wait for a playbook."""


_ORDER = (
    Rule.SLOWER,
    Rule.LOUDER,
    Rule.REPEAT,
    Rule.GOODBYE,
    Rule.NEVER_MIND,
    Rule.PRESENCE,
)
"""The rules that come after a machine and a person were asked about, first to last."""
_CLAUSE_END = re.compile(r"[,.;:!?…]+(?:\s+|$)")
_SHORT = 12
"""Spaces in a longer sentence than which nobody lacks only what was asked for."""
_STORY_WORDS = 8
"""In an answer that is a story, only a short sentence can be a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalRules:
    """The words of one language for the rules; "words" below are normalised."""

    normalise: Callable[[str], str]
    """Lower-case words with single spaces and no punctuation."""
    says: Mapping[Rule, Callable[[str], object]]
    """Whether words say a rule, for every rule but `Rule.EMERGENCY`, whose words are the line's."""
    human_alone: re.Pattern[str]
    """Matches words that ask for a human and nothing else, whatever the line's own words are."""
    human_unwanted: Callable[[str], object]
    """Whether words speak of talking to a person where it is denied or past."""
    wants_not: re.Pattern[str]
    """Found beside a line's own words for a human where none is wanted."""
    needs_time: re.Pattern[str]
    """Found in words that ask for a moment: "hang on", "give me a minute"."""
    errand: re.Pattern[str]
    """Found in a text, lower case and with its punctuation, where the caller goes to look for something: "let me get my
    glasses". Takes in the rest of the clause."""
    courtesy: re.Pattern[str]
    """Found in words beside these that say nothing more: "okay", "it will take a minute"."""
    no_danger: re.Pattern[str]
    """Found in words that deny a danger or tell of one that is over."""
    topics: Mapping[LineTopic, re.Pattern[str]]
    """Found in words that ask about the line itself, by what they ask."""
    has_not: re.Pattern[str]
    """Found in words of somebody who cannot give what was asked for: "I don't have it"."""
    thanks: re.Pattern[str]
    """Matches words that are thanks and nothing else."""
    firm_goodbyes: tuple[str, ...]
    """Words that end a call even in answer to a question of yes or no."""
    clear_ends: tuple[str, ...]
    """Words that end a call even in answer to any other question."""
    examples: Mapping[str, tuple[str, ...]]
    """Further ways to say a rule, for the classifier; the rules themselves need no model."""

    def find(self, text: str, own: OwnWords, *, story: bool = False) -> RuleHit | None:
        """The first global rule that a sentence triggers.

        Args:
            text: What the caller said.
            own: The line's own words.
            story: Whether a long answer is being given; then only emergencies and short sentences count.
        """
        words = self.normalise(text)
        if not words:
            return None
        for number, emergency in enumerate(own.emergencies):
            if self._holds(words, emergency.words) and not self.no_danger.search(words):
                return RuleHit(rule=Rule.EMERGENCY, emergency=number)
        if story and self.is_story(text):
            return None
        if self.says[Rule.IDENTITY](words):
            return RuleHit(rule=Rule.IDENTITY)
        person = self._about_a_person(text, own)
        if person is not None:
            return RuleHit(rule=person)
        return next((RuleHit(rule=rule) for rule in _ORDER if self.says[rule](words)), None)

    def is_story(self, text: str) -> bool:
        """Whether a text is long enough to tell something."""
        return self.normalise(text).count(" ") + 1 > _STORY_WORDS

    def asks_for_time(self, text: str) -> bool:
        """Whether the caller asks for a moment, whatever else is said."""
        return bool(self.needs_time.search(self.normalise(text)) or self.errand.search(text.lower()))

    def only_asks_for_time(self, text: str) -> bool:
        """Whether the caller asks for a moment and says nothing else."""
        if not self.needs_time.search(self.normalise(text)):
            return False
        words = self.courtesy.sub(" ", self.normalise(self.errand.sub(" ", text.lower())))
        return not self.without_asking_for_time(words).strip()

    def without_asking_for_time(self, text: str) -> str:
        """The words of a text without those that ask for a moment; what the caller goes to look for stays."""
        return self.needs_time.sub(" ", self.normalise(text))

    def denies_danger(self, text: str) -> bool:
        """Whether a danger is denied, or over."""
        return bool(self.no_danger.search(self.normalise(text)))

    def speaks_of_no_human(self, text: str) -> bool:
        """Whether plain words for a person are denied or told of the past: whoever says them asks for none."""
        return any(self.human_unwanted(self.normalise(clause)) for clause in _CLAUSE_END.split(text))

    def mentions_no_human(self, text: str) -> bool:
        """Whether words stand in a text that may deny a person, whoever is meant."""
        return bool(self.wants_not.search(self.normalise(text)))

    def topic(self, text: str) -> LineTopic | None:
        """What a text asks about the line itself."""
        words = self.normalise(text)
        return next((topic for topic, pattern in self.topics.items() if pattern.search(words)), None)

    def cannot_say(self, text: str) -> bool:
        """Whether the caller cannot give what was asked for."""
        words = self.normalise(text)
        return words.count(" ") < _SHORT and bool(self.has_not.search(words))

    def only_thanks(self, text: str) -> bool:
        """Whether a text is thanks and nothing else."""
        return bool(self.thanks.fullmatch(self.normalise(text)))

    def holds_any(self, text: str, phrases: Sequence[str]) -> bool:
        """Whether one of the phrases stands in a text, as whole words."""
        return self._holds(self.normalise(text), phrases)

    def _about_a_person(self, text: str, own: OwnWords) -> Rule | None:
        """Whether a person is asked for or declined; the last clause that says so decides.

        A no that is a clause of its own denies nothing of the next one: "no, stop, put me through".
        """
        said = Rule.HUMAN if self.human_alone.fullmatch(self.normalise(text)) else None
        for clause in _CLAUSE_END.split(text):
            words = self.normalise(clause)
            if self.says[Rule.NO_HUMAN](words):
                said = Rule.NO_HUMAN
            elif self._asks_for_human(words, own):
                said = Rule.HUMAN
        return said

    def _asks_for_human(self, words: str, own: OwnWords) -> bool:
        if self._holds(words, own.human_words):
            return not self.wants_not.search(words)
        return bool(self.says[Rule.HUMAN](words))

    def _holds(self, words: str, phrases: Sequence[str]) -> bool:
        return any(f" {self.normalise(phrase)} " in f" {words} " for phrase in phrases)
