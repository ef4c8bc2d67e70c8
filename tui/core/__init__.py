"""Pure values and rules: what an agent is, what can be known of it, and what follows.

No I/O, no threads, no clock of its own: time comes in as a `Now`. Only the standard library and msgspec.
"""
