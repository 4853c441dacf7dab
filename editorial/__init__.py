"""The editor's side: proposed entries, their review, and the one action that makes them public.

It may import digest; digest never imports it.
"""
