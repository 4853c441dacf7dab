"""The reader's side: the live tables, what is made of them, and the README in and out.

What stands in the live tables is public, so nothing here knows about drafts: digest never imports
editorial. `tests/test_architecture.py` keeps that law.
"""
