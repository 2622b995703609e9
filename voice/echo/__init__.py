"""The bot's own voice, come back through the caller's loudspeaker: recognised, and taken out of what is listened to."""
