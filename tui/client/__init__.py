"""A way to the agents for whoever shows or steers them: finding, starting, listening, asking.

Runs on one asyncio loop, blocks it nowhere and knows no toolkit: the dashboard and the command line use the same classes.
"""
