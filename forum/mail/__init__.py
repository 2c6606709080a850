"""Composing and sending mail. Knows no subject."""
