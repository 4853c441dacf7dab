"""The list for programs: JSON under ``/api/v1/``, read only.

Plain views, and not a framework: four lists that only say what is there need neither serializers
nor permissions, and a shape that is written once says both what an answer holds and its schema.
"""
