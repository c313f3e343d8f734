"""Who signs in to the demonstration network. Only there does a password stand in the open."""

PASSWORD = "ferghana-demo-2007"  # noqa: S105 - meant to be read by everyone who tries the product.

LOGINS = {
    "coordinator@network.example": "network coordinator",
    "admin@podruga.example": "organization admin and supervisor, Podruga (Osh, Kyrgyzstan)",
    "caseworker@podruga.example": "caseworker, Podruga",
    "organiser@podruga.example": "event organiser and editor, Podruga",
    "caseworker@goldengoal.example": "caseworker, Golden Goal (Osh)",
    "organiser@goldengoal.example": "event organiser, Golden Goal (Osh)",
    "caseworker@andijan.example": "caseworker of a partner NGO in Andijan, Uzbekistan",
    "caseworker@khujand.example": "caseworker of a partner NGO in Khujand, Tajikistan",
    "supervisor@khujand.example": "supervisor of the same",
    "observer@osce.example": "observer: OSCE officer",
}
