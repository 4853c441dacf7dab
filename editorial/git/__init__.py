"""The list in a git repository: its history taken in, and both sides kept in step."""
