"""Pictures and footage by diffusion models that run in this process."""
