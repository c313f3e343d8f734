"""What the network did, and what its readers may learn: activities, feeds, editions. Cannot see referrals."""
