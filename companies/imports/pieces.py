"""Values of the program, one piece after the other in a file or a pipe of our own that nobody else can write to."""

import pickle
from collections.abc import Iterator
from struct import Struct
from typing import IO, Any

_LENGTH = Struct("<Q")


def put(file: IO[bytes], piece: Any) -> None:
    """Write a piece."""
    whole = pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)
    rest = memoryview(_LENGTH.pack(len(whole)) + whole)
    while rest:  # a pipe takes what fits
        rest = rest[file.write(rest) :]


def taken(file: IO[bytes]) -> Iterator[Any]:
    """The pieces that are left, up to the end or to where the file was cut off. Read whole: by small bits it takes longer."""
    while len(head := file.read(_LENGTH.size)) == _LENGTH.size:
        whole = file.read(*_LENGTH.unpack(head))
        if len(whole) < _LENGTH.unpack(head)[0]:
            return
        yield pickle.loads(whole)  # noqa: S301 - written by this run
