"""A gate between the browser and the daemon: open, frozen (nothing passes) or shut (as if dead)."""

import select
import socket
import threading


class Gate:
    """Forwards connections on a port of its own to the daemon's."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.state = "open"
        self.pairs = set()
        self.lock = threading.Lock()
        self.listener = None
        self.port = 0
        self.open()

    def open(self):
        """Lets everything through."""
        self.state = "open"
        if self.listener:
            return
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def freeze(self):
        """Holds every byte back, and cuts nothing."""
        self.state = "frozen"

    def shut(self):
        """Cuts every connection and refuses new ones."""
        self.state = "shut"
        listener, self.listener = self.listener, None
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        with self.lock:
            for pair in self.pairs:
                for end in pair:
                    try:
                        end.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def carry(self, client):
        try:
            server = socket.create_connection(self.target, timeout=5)
        except OSError:
            client.close()
            return
        pair = (client, server)
        with self.lock:
            self.pairs.add(pair)
        try:
            while True:
                ready, _, _ = select.select(pair, [], [], 0.25)
                while ready and self.state == "frozen":
                    threading.Event().wait(0.05)
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        return
                    (server if end is client else client).sendall(data)
        except OSError:
            pass
        finally:
            with self.lock:
                self.pairs.discard(pair)
            client.close()
            server.close()
