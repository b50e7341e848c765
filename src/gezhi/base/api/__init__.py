"""The door for programs: routers whose operations name their right, paging, problem+json.

Operations are declared in each area's `api.py` and mounted by the wiring at `/api/v1/`.
"""
