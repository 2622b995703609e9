"""A stand-in for Twilio: places calls against a service over the real wire and measures them at the caller's ear."""
