"""What is kept: the event store and the recordings. The only room that speaks SQL."""
