"""Reads courses/, publishes immutable versions, finds their text."""
