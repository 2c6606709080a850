"""People: who they are, how they sign in, what roles they hold. Knows nothing of what they say."""
