"""Speaking to ComfyUI servers: workflow files, the servers, one prompt from being sent to its result."""
