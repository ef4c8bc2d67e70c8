"""The terminal that an agent believes in: an emulator over pyte, and the encoding of keys, mouse and pastes.

Runs on the host's loop thread. Knows nothing of PTYs, sockets or widgets.
"""
