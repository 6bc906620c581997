"""Queries in, whole answers out: request, guard, engine process and the pool in front of it."""
