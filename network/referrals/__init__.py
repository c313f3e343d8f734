"""Cases, consent and referrals across the border: what the product exists for."""
