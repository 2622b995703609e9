"""What the dialogue asks outside: tools and a language model."""
