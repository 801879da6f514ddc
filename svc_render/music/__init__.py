"""The built-in background music, and the script that composes it."""
