"""What runs outside the request: the worker and its supervisor."""
