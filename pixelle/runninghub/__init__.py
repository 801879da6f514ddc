"""RunningHub, a cloud that runs ComfyUI workflows: its API, and a workshop over it."""
