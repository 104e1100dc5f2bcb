"""A line between browser and server that can be cut as a cable is: for every tab, open or just closing."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Line:
    """Forwards each connection to the server; while it is cut, drops them all and takes no new one."""

    def __init__(self, port: int) -> None:
        self.server = ("127.0.0.1", port)
        self.is_cut = False
        self.ends: set[socket.socket] = set()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for end in list(self.ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = False

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.door.accept()
                if self.is_cut:
                    client.close()
                    continue
                server = socket.create_connection(self.server)
                self.ends |= {client, server}
                for source, target in ((client, server), (server, client)):
                    threading.Thread(
                        target=self._forward, args=(source, target), daemon=True
                    ).start()

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(65_536):
                target.sendall(piece)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        source.close()
        self.ends.discard(source)
