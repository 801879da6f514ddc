"""The documented start command lives here: `uvicorn api.app:app`."""
