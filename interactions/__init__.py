"""What happened between a customer and us, on whatever channel: events, the log, context, facts and their words."""
