"""The back ends that write scripts."""
