"""A stand-in for Twilio and the people on the phone: signs, executes TwiML, streams media, records what was heard."""
