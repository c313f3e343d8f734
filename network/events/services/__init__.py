"""What people do with events: planning and publishing them, registering for them, handling registrations."""
