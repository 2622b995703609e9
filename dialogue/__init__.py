"""The sense of a conversation, on any channel: from what was said to what is answered and done."""
