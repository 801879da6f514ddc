"""Starting a small cluster: plain processes on one machine, and what compose needs."""
