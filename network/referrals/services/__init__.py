"""The verbs of cases, consent and referrals: require first, act, record last, never commit."""
