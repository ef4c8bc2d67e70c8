"""The operating system's edges: files, processes, terminals, folders to watch; one third-party library a file.

Nothing here knows what an agent means. What fails is told in a sentence (`tui.core.errors`), never as a bare `OSError`,
wherever a user could have caused it.
"""
