"""Messages between a host and its clients, their framing and their version.

Below this package stands only `tui.core`; above it both ends of the socket. Nothing here performs I/O.
"""
