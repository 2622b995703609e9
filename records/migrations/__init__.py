"""The database's schema, step by step; brought up to date when the service starts (`records.schema`)."""
