"""Everything Twilio-specific: webhooks, TwiML, signatures, stream tokens and the media socket."""
