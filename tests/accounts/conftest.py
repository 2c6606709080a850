"""These tests read mail."""

from tests.mailbox import app, mail_changes, smtp, smtp_server, tick

__all__ = ["app", "mail_changes", "smtp", "smtp_server", "tick"]
