"""One call's conversation: listening, dialogue, speaking, and the events they make."""
