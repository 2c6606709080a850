"""Tests of the pads: no author anywhere, notes neither lost nor doubled, and what hangs on which door when."""
