"""Several processes write their lines to one place."""

import io

from app.core.logs import LineLogger


class Pieces(io.StringIO):
    """A file that remembers in which pieces it was written."""

    def __init__(self):
        super().__init__()
        self.written = []

    def write(self, text):
        self.written.append(text)
        return super().write(text)


class Full(Pieces):
    """A file on a full disk."""

    def write(self, text):
        super().write(text)
        raise OSError(28, "No space left on device")


def test_a_line_is_written_in_one_piece_so_that_no_other_stands_within_it():
    file = Pieces()
    LineLogger(file).info('{"event": "part.started"}')
    assert file.written == ['{"event": "part.started"}\n']


def test_a_line_that_finds_no_room_is_lost_and_nothing_else():
    file = Full()
    LineLogger(file).error('{"event": "disk.full"}')
    assert file.written == ['{"event": "disk.full"}\n']
