"""The REST contract and the keeping of tasks, in front of the four services."""
