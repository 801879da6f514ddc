"""The container images: what is in each, and building them with whatever engine is there."""
