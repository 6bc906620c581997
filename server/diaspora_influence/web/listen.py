"""The listening socket: bound before anything is started, so that a port in use is said at once."""

import errno
import socket

from diaspora_influence.errors import InputError


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens on *host* and *port* (0 for any free one).

    Raises InputError where the address is in use, not this machine's, or not to be had.
    """
    listener = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except (OSError, UnicodeError) as error:
        if listener:
            listener.close()
        raise InputError(f"{host}:{port}: {reason(error)}") from error
    return listener


def reason(error: OSError | UnicodeError) -> str:
    """Return why nothing can listen there, and what to do."""
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return "the port is in use; stop what uses it, or choose another with --port"
    return f"cannot listen there: {error.strerror if isinstance(error, OSError) else error}"


def url(listener: socket.socket) -> str:
    """Return the address at which *listener* can be asked from this machine."""
    host, port = listener.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{local}]:{port}/" if ":" in local else f"http://{local}:{port}/"
