"""Fork commands of Gezhi, each as `gezhi …` would be, from one process that has imported everything.

What starts a command comes with the file that it writes to, and is answered with its process id; who then asks for the
id gets the exit code.
"""

import json
import os
import signal
import socket
import sys
from contextlib import closing

import click

from app import cli, rooms
from app.factory import create_app
from app.up import guard

LINE_BYTES = 100_000  # more than an environment is
_children: dict[int, guard.Child] = {}


def serve(line: socket.socket) -> None:
    """Answer until nobody asks any more; the commands end with us."""
    for name in cli.STARTERS:
        cli.main.get_command(click.Context(cli.main), name)  # imports it
    rooms.commands()
    create_app({"DATABASE_URL": "sqlite://", "REDIS_URL": None})  # imports every room
    while True:
        said, files, _, _ = socket.recv_fds(line, LINE_BYTES, 1)
        if not said:
            return
        asked = json.loads(said)
        answer = _start(files[0], **asked) if files else _children.pop(asked["pid"]).wait(asked["seconds"])
        line.sendall(json.dumps(answer).encode())


def _start(output: int, arguments: list[str], environment: dict[str, str], folder: str) -> int:
    child = guard.fork(lambda: _live(output, arguments, environment, folder))
    os.close(output)
    _children[child.pid] = child
    return child.pid


def _live(output: int, arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """Be the command: nothing of the process that has forked us is left but what it has imported."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
    for standard in (1, 2):
        os.dup2(output, standard)
    os.close(output)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    cli.main(arguments, prog_name="gezhi")


if __name__ == "__main__":
    with closing(socket.socket(fileno=os.dup(sys.stdin.fileno()))) as asking:
        serve(asking)
