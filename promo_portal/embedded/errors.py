"""What went wrong with the private servers, in words for the person at the keyboard."""


class EmbeddedError(Exception):
    """A cause and its cure in plain sentences; shown as it is, without a traceback."""
