"""Faults on purpose: a fleet of simulated agents, everything that can be done to it, and what has to hold afterwards."""
