"""The built-in sentences, in three manners; a line may put its own words in place of any of them."""

from collections.abc import Mapping

from languages.sentences import Manner

_WARM: dict[str, tuple[str, ...]] = {
    "another": ("Is there anything else I can help with?", "Anything else I can do for you?"),
    "what_is_it": ("Sure. What is it?", "Of course. Go ahead."),
    "how_can_i_help": ("How can I help?",),
    "identity": ("I'm the automated assistant of {title}. You can ask for a colleague any time.",),
    "here": ("Hello, I'm here.", "I'm here."),
    "take_your_time": ("Take your time.", "No rush."),
    "has_not": ("No problem, a colleague can look it up.",),
    "not_heard": ("Sorry, I didn't catch that.", "Sorry, I couldn't hear that well."),
    "not_caught": ("Sorry, I didn't get the {label}.", "I'm sorry, I missed the {label}."),
    "wrong_length": ("I heard {value}, but that's not the right length.",),
    "not_valid_choice": ("Sorry, I didn't get which one you mean.",),
    "yes_or_no": ("Sorry, was that a yes or a no?",),
    "clarify": ("I'm not sure I understood that. Is it about {topics}?",),
    "confirm_value": ("I heard {value}. Is that right?", "That's {value}, right?"),
    "not_that_value": ("Sorry about that.", "My mistake."),
    "corrected": ("Got it, {value}.", "Thanks, {value} then."),
    "number_noted": ("Thanks, I have that number.",),
    "using": ("Okay, for {label} {value}.",),
    "back_to": ("Now, back to {about}.", "Let's go back to {about}."),
    "queued": ("You also asked about {about}.",),
    "later": ("I'll come to that in a moment.",),
    "declined": ("All right, I won't do that.", "Okay, I'll leave it as it is."),
    "never_mind": ("No problem.",),
    "spell": ("Could you spell that for me, letter by letter?",),
    "one_moment": ("One moment, please.", "Just a second."),
    "to_human": ("I'll put you through to a colleague. One moment, please.",),
    "still_connecting": ("I'm connecting you now.",),
    "stay": ("All right, I'm still here.",),
    "asked_human": ("Of course.", "Sure."),
    "not_understood_human": ("I don't want to keep you guessing.",),
    "out_of_scope_human": ("I'm afraid I can't help with that myself.",),
    "anger_human": ("I'm really sorry about this.",),
    "offer_human": ("I'm really sorry about this. Would you like to speak to a colleague?",),
    "offer_message": ("I'm really sorry about this. Shall I have a colleague call you back?",),
    "press_zero": ("You can also press zero for a colleague.",),
    "tool_failed": ("Sorry, I can't reach our system right now.",),
    "tool_unsure": ("Sorry, I'm not sure that went through. A colleague should check it.",),
    "over_limit": ("A colleague has to approve that amount.",),
    "team_closed": ("Our team isn't in right now.",),
    "nobody_free": ("I'm sorry, nobody is free right now.",),
    "ask_message": ("I can take a message, and someone will call you back. What should I tell them?",),
    "ask_message_again": ("Go ahead, I'm listening. What should I pass on?",),
    "ask_callback_same": ("Shall we call you back on the number you're calling from?",),
    "ask_callback": ("Which number can we call you back on?",),
    "message_with_number": ("Thank you. I've passed that on, and we'll call you back on {number}.",),
    "message_without_number": ("Thank you. I've passed that on to the team.",),
    "message_kept": ("Your message is with the team, and they'll get back to you.",),
    "message_human": ("Nobody is free right now, but I'll pass your message on.",),
    "emergency_over": ("Is there anything else I can do?",),
    "slower": ("Of course, I'll slow down.",),
    "repeat": ("Sure.", "Of course."),
    "goodbye": ("Thank you for calling. Goodbye!",),
    "still_there": ("Are you still there?",),
    "still_there_again": ("I can't hear you at the moment. Are you there?",),
    "silence_goodbye": ("I can't hear anything, so I'll hang up now. Please call again any time. Goodbye!",),
    "fault": ("Sorry, something went wrong on my side.",),
    "resumed": ("Sorry, we were cut off.",),
    "dont_know": ("I'm afraid I don't know that.",),
    "playbook_stuck": ("I'm afraid I can't get any further with this.",),
}

_PLAIN: dict[str, tuple[str, ...]] = {
    "another": ("Is there anything else?",),
    "offer_human": ("Sorry about this. Would you like to speak to a colleague?",),
    "offer_message": ("Sorry about this. Shall a colleague call you back?",),
    "anger_human": ("Sorry about this.",),
    "goodbye": ("Thanks for calling. Goodbye.",),
}

_FORMAL: dict[str, tuple[str, ...]] = {
    "another": ("May I help you with anything else?",),
    "what_is_it": ("Certainly. What would you like to know?",),
    "how_can_i_help": ("How may I help you?",),
    "identity": ("I'm the automated assistant of {title}. You can ask for a colleague any time.",),
    "here": ("Hello, I'm here.", "I'm here."),
    "take_your_time": ("Take your time.", "No rush."),
    "has_not": ("No problem, a colleague can look it up.",),
    "not_heard": ("I beg your pardon, I did not hear that.",),
    "not_caught": ("I beg your pardon, I did not hear the {label}.",),
    "clarify": ("I am not certain I understood. Does it concern {topics}?",),
    "confirm_value": ("I heard {value}. Is that correct?",),
    "corrected": ("Thank you, {value}.",),
    "number_noted": ("Thank you, I have that number.",),
    "declined": ("Very well, I will leave it as it is.",),
    "never_mind": ("Very well.",),
    "to_human": ("I will connect you to a colleague. One moment, please.",),
    "asked_human": ("Certainly.",),
    "anger_human": ("Please accept our apologies.",),
    "offer_human": ("Please accept our apologies. Would you prefer to speak to a colleague?",),
    "offer_message": ("Please accept our apologies. May a colleague call you back?",),
    "team_closed": ("Our office is closed at the moment.",),
    "nobody_free": ("I am sorry, no colleague is available at the moment.",),
    "ask_message": ("I can take a message, and a colleague will call you back. What may I pass on?",),
    "slower": ("Certainly, I will speak more slowly.",),
    "repeat": ("Certainly.",),
    "goodbye": ("Thank you for your call. Goodbye.",),
    "still_there": ("Are you still on the line?",),
    "fault": ("I apologise, there was a technical problem.",),
    "resumed": ("I apologise, the line was interrupted.",),
}

PHRASES: Mapping[str, tuple[str, ...]] = _WARM
"""All built-in sentences by key; a line's ``phrases`` may replace any."""
_MANNERS = {Manner.WARM: {}, Manner.PLAIN: _PLAIN, Manner.FORMAL: _FORMAL}


def phrase(key: str, manner: Manner, own: Mapping[str, str], turn: int, values: Mapping[str, str]) -> str:
    """A built-in sentence.

    Args:
        key: One of `PHRASES`.
        manner: How it should sound.
        own: The line's own sentences, which come first.
        turn: Counts turns, so that the same caller does not hear the same variant twice in a row.
        values: What stands in ``{…}``.
    """
    if key in own:
        text = own[key]
    else:
        variants = _MANNERS[manner].get(key, _WARM[key])
        text = variants[turn % len(variants)]
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def all_phrases(manner: Manner, own: Mapping[str, str]) -> list[str]:
    """Every built-in sentence of a manner, the line's own words in place: what can be rendered beforehand."""
    sets = {**_WARM, **_MANNERS[manner]}
    return [text for key, variants in sets.items() for text in ((own[key],) if key in own else variants)]
