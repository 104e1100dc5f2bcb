"""Helpers that need Flask: access policy, headers, languages, asset addresses, paging."""
