"""Adapters: one module per family of agent CLIs. They turn bytes into facts and know nothing else."""
