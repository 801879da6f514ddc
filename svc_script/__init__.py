"""The script service: storyboards, narrations, image prompts, titles and completions."""
