"""Five small answers to a post that need no words. Shows nobody who gave them, and moves nothing."""
