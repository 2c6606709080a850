"""A verifier that is not ours: builds go/main.go, which stands on Go's sumdb/note and sumdb/tlog as Debian ships them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

SOURCE: Final = Path(__file__).parent / "go" / "main.go"
GOPATH: Final = Path("/usr/share/gocode")
TLOG: Final = GOPATH / "src/golang.org/x/mod/sumdb/tlog"
MISSING: Final = "apt-get install golang-go golang-golang-x-mod-dev"


class GoVerifier:
    """Runs the program with these arguments. It is built at the first call, so that a test fails where Go is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program: Path | None = None

    def __call__(self, *args: object) -> subprocess.CompletedProcess[str]:
        if self._program is None:
            self._program = self._built()
        command = [str(self._program), *map(str, args)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def _built(self) -> Path:
        if shutil.which("go") is None or not TLOG.is_dir():
            pytest.fail(MISSING, pytrace=False)
        program = self._folder / "verify"
        environment = os.environ | {
            "GO111MODULE": "off",  # packages lie in GOPATH, where Debian puts them; nothing is downloaded
            "GOPATH": str(GOPATH),
            "GOFLAGS": "",
            "GOCACHE": str(self._folder / "cache"),
            "CGO_ENABLED": "1" if shutil.which("gcc") else "0",  # Go 1.19 fails without a C compiler, and is slower
        }
        command = ["go", "build", "-o", str(program), str(SOURCE)]
        made = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
        if made.returncode:
            pytest.fail(f"go build: {made.stderr}", pytrace=False)
        return program
