"""The verifier that is not ours, built once a session."""

from __future__ import annotations

import pytest

from tests.ledger.go_verifier import GoVerifier


@pytest.fixture(scope="session")
def go_verifier(tmp_path_factory: pytest.TempPathFactory) -> GoVerifier:
    """Call it with the program's arguments."""
    return GoVerifier(tmp_path_factory.mktemp("go"))
