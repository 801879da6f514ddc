"""What every Pixelle process shares: errors, calls, work, artifacts, settings."""
