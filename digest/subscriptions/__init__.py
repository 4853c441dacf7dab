"""The weekly issue by mail: who gets it, at their own wish alone, and how it is sent.

An address is asked for nothing else, is in no log, and is forgotten with the subscription.
"""
