"""The local mail sink as a process that tests and the demo start, kill and switch."""

import os
import signal
import socket
import sys

from promo_portal.embedded.children import Child, start_child
from promo_portal.embedded.places import CHECKOUT, State
from promo_portal.mail_sink import Behaviour, set_behaviour, stored_messages


class MailSink:
    """An SMTP server on a loopback port that keeps every mail on disk and sends none on."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.folder = state.mail
        self.port = 0
        self.child: Child | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {"EMAIL_URL": f"smtp://127.0.0.1:{self.port}", "MAIL_SINK_FOLDER": str(self.folder)}

    def start(self) -> None:
        """Start it; after a stop or a kill it comes back on the port it had."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with socket.socket() as listener:  # listening before the process is up: nobody needs to wait for it
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self.port))
            listener.listen(128)
            self.port = listener.getsockname()[1]
            self.child = start_child(
                "mail",
                [sys.executable, "-m", "promo_portal.mail_sink", str(self.folder), "--fd", str(listener.fileno())],
                state=self.state,
                environment=dict(os.environ),
                folder=CHECKOUT,
                pass_fds=[listener.fileno()],
            )

    def stop(self) -> None:
        if self.child:
            self.child.stop()
            self.child = None

    def kill(self) -> None:
        if self.child:
            self.child.insist(signal.SIGKILL)
            self.child.process.wait()
            self.child = None

    def behave(self, behaviour: Behaviour) -> None:
        """Switch how it answers from the next command on."""
        set_behaviour(self.folder, behaviour)

    @property
    def messages(self) -> list[bytes]:
        """Return the stored mails in the order of their arrival."""
        return [path.read_bytes() for path in stored_messages(self.folder)]
