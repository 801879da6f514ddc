"""The sound track: one timeline, mixed once."""
