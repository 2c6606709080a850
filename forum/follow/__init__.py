"""What concerns somebody reaches them, nothing else does: follows, notices, the bell. Tells nobody what others follow."""
