"""Tasks: what a video is made of, step by step, and how that survives a restart."""
