"""What crosses the border: imports from what a company has today, and the demo forum. Adds, and never changes what was said here."""
