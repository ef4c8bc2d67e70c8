"""The views of one agent: what stands behind each tab, and what keys do there."""
