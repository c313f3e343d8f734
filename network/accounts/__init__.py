"""Who may come in: users, memberships, roles, invitations, sessions, second factor, and the ceremony that hands over keys."""
