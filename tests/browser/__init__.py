"""Journeys through the real forum in a real browser. Needs Chromium; mocks nothing."""
