"""The harness tests run in an environment of their own; elsewhere they are not collected."""

import os
import socket

import pytest

# Read when the harnesses are imported.
os.environ.update(
    HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", INSPECT_DISPLAY="none", TOKENIZERS_PARALLELISM="false"
)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may reach for another machine: any connection to one fails the test."""
    connect = socket.socket.connect

    def refuse(self: socket.socket, address: object) -> None:
        if self.family == socket.AF_UNIX:
            connect(self, address)  # type: ignore[arg-type] # Passed on as it came.
            return
        raise AssertionError(f"a connection to {address} was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
