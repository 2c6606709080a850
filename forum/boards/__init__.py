"""The heart: boards, threads, posts, their revisions. Only an author changes or withdraws what the author said."""
