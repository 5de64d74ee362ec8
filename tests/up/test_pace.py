"""Whoever takes nothing of an answer is let go, also where the answer is a file."""

import socket
from types import SimpleNamespace
from wsgiref.util import FileWrapper

import pytest
from flask import Flask
from gunicorn.http.wsgi import Response

from app.up.pace import ClientTooSlow, Limits, PacedSocket
from app.up.server import OURS, Server

FILE_BYTES = 16 * 1_048_576  # more than lies between two sockets


def test_who_does_not_take_a_file_is_cut(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(bytes(FILE_BYTES))
    cfg = Server(Flask("nothing"), OURS).cfg
    asked = SimpleNamespace(method="GET", version=(1, 1), should_close=lambda: True)
    ours, theirs = socket.socketpair()
    with ours, theirs, path.open("rb") as file:
        answer = Response(asked, PacedSocket(ours, Limits(4_000, 0.1, 0.1)), cfg)
        answer.start_response("200 OK", [("Content-Length", str(FILE_BYTES))])
        with pytest.raises(ClientTooSlow):
            answer.write_file(FileWrapper(file))
