"""The first page, and the pages about this place."""
