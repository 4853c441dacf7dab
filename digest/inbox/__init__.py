"""What readers send: papers that the list lacks, and links that lead nowhere.

The desk decides about both; nothing that is sent here is ever shown to other readers.
"""
