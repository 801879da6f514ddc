"""The media service: makes the picture or the footage of a scene."""
