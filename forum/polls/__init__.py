"""A question to all readers of a thread, with choices and an end. Shows nobody who chose what."""
