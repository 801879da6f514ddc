"""What several services know of footage."""
