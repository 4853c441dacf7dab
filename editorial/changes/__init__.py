"""Two versions of an entry: their texts, their fields, and how two people's edits come together."""
