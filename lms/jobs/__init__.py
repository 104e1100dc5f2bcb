"""Durable background work: the outbox table and the worker."""
