"""What the network did: activities, editions and feeds. It cannot see referrals."""
