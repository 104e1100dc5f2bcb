"""Eligibility, issue, drawing, revocation, and checking in public."""
