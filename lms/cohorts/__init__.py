"""Countries, institutions, programmes, cohorts, invitations, enrolment."""
