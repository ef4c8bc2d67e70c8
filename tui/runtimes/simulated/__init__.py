"""The programs behind `--demo`: real children under real terminals that play a story instead of asking a model.

They import the standard library only, so that fifty of them start quickly and stay small.
"""
