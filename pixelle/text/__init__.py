"""What several processes know of texts: language, letters, pauses, and how near two meanings are."""
