"""The live tables as the desk writes them.  Only actions call what writes here."""
