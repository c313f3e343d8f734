"""The values of HTCDS 2.0 that answers are chosen from, by their system names, and some of our own.

What the standard lacks and the valley needs is added under names of its own kind: ``ForcedCriminality``,
``RestrictsMovement`` and ``AbuseOfVulnerability`` (the standard defines the first of these means and lists it nowhere).
"""

from __future__ import annotations

GENDERS = (
    "Feminine",
    "Masculine",
    "TransgenderFeminine",
    "TransgenderMasculine",
    "NonConforming",
    "NonSpecifiedUnknown",
)
AGE_BANDS = ("0-8", "9-17", "18-20", "21-23", "24-26", "27-29", "30-38", "39-47", "48+")
"""The age bands of IOM's counter-trafficking data."""
CHANNELS = ("voice", "message", "through_other", "none")
YES_NO = ("yes", "no")
COMPANY = ("accompanied", "separated", "unaccompanied")
"""Of a child: with its parents, with other grown-ups, alone."""
MARITAL = ("Single", "Married", "Widowed", "Divorced", "Separated", "RegisteredPartnership")
EDUCATION = (
    "EarlyChildhoodEducation",
    "PrimaryEducation",
    "LowerSecondaryEducation",
    "UpperSecondaryEducation",
    "PostSecondaryNonTertiaryEducation",
    "ShortCycleTertiaryEducation",
    "BachelorsOrEquivalentLevel",
    "MastersOrEquivalentLevel",
    "DoctoralOrEquivalentLevel",
)
"""ISCED 2011."""
LANGUAGES = (
    "kir",
    "uzb",
    "tgk",
    "rus",
    "eng",
    "kaz",
    "tuk",
    "uig",
    "prs",
    "tur",
    "zho",
    "ara",
    "sgn",
    "Other",
)
"""ISO 639-2, those that are spoken in the valley and where people are taken."""
COUNTRIES = (
    *("KG", "UZ", "TJ", "KZ", "TM", "AF", "RU", "TR", "AE", "CN", "IR", "PK", "IN", "KR", "SA", "BH"),
    *("stateless", "Other"),
)
"""ISO 3166-1: the valley, its neighbours, and where people from here are taken."""
EXPLOITATION = (
    "ForcedLabour",
    "SexualExploitation",
    "ChildLabour",
    "ForcedMarriage",
    "Servitude",
    "ForcedBegging",
    "ForcedCriminality",
    "ForcedMilitaryByNonStateActors",
    "OrganRemoval",
    "ForcedAdoption",
    "Surrogacy",
    "Other",
)
SEX_EXPLOITATION = ("Prostitution", "Pornography", "RemoteInteractiveServices", "PrivateSexualServices")
INDUSTRIES = (
    "A_AgricultureForestryAndFishing",
    "B_MiningAndQuarrying",
    "C_Manufacturing",
    "D_ElectricityGasSteamAndAirConditioningSupply",
    "E_WaterSupplySewerageWasteManagement",
    "F_Construction",
    "G_WholesaleAndRetailTradeRepairOfMotorVehicles",
    "H_TransportationAndStorage",
    "I_AccommodationAndFoodServiceActivities",
    "J_InformationAndCommunication",
    "K_FinancialAndInsuranceActivities",
    "L_RealEstateActivities",
    "M_ProfessionalScientificAndTechnicalActivities",
    "N_AdministrativeAndSupportServiceActivities",
    "O_PublicAdministrationAndDefence",
    "P_Education",
    "Q_HumanHealthAndSocialWorkActivities",
    "R_ArtsEntertainmentAndRecreation",
    "S_OtherServiceActivities",
    "T_ActivitiesOfHouseholdsAsEmployers",
    "U_ActivitiesOfExtraterritorialOrganizations",
)
"""ISIC, revision 4."""
APPS = (
    *(
        "Facebook",
        "Instagram",
        "WhatsApp",
        "Telegram",
        "FacebookMessenger",
        "Viber",
        "SnapChat",
        "Line",
        "4Sale",
    ),
    *("WeChat", "QQ", "QZone", "TikTok", "Twitter", "Other"),
)
RECRUITMENT = (
    "AtAPlaceOfBusiness",
    "AtAnEducationalInstitution",
    "AtWork",
    "ThroughOnlineSocialNetworks",
    "ThroughAnOnlineAdvertisement",
    "ThroughATelevisionAdvert",
    "ThroughANewspaperAdvert",
    "ThroughFamilyOrFamilyEvents",
    "ThroughFriendsOrSocialEvents",
    "Other",
)
CONTROL = (
    "PhysicalThreats",
    "ThreatsLawEnforcement",
    "ThreatensChildrenFamily",
    "DebtBondage",
    "FalsePromises",
    "PhysicalAbuse",
    "SexualAbuse",
    "TakesEarnings",
    "RestrictsFinancialAccess",
    "RestrictsMovement",
    "RestrictsMedicalCare",
    "WithholdsNecessities",
    "PsychologicalAbuse",
    "PsychoactiveSubstance",
    "ExcessiveWorkingHours",
    "WithholdsDocuments",
    "AbuseOfVulnerability",
    "Abduction",
    "Other",
)
VULNERABILITIES = (
    "Addiction",
    "SocialGroup",
    "Discrimination",
    "Poverty",
    "DisabilityAndPhysicalHealth",
    "MentalHealth",
    "Migration",
    "Homelessness",
    "AbuseSocialMedia",
    "AbusePhysical",
    "Education",
    "WorkEnvironment",
)
"""Retired by the standard in favour of the risk assessment; still read and written for those who keep them."""
TRAFFICKING_STATUS = ("PossibleVictimOfTrafficking", "ActualVictimOfTrafficking", "NotAVictimOfTrafficking")
DECIDED_BY = ("Police", "NGO", "CourtOrProsecution", "NonPoliceGovernmentalOrganization", "Other")
RELATIONSHIPS = ("Familial", "Acquainted", "Unaquainted")
"""The third is misspelt in the standard, and is written so for those who read it."""
ROLES = (
    "RecruiterOrIntermediary",
    "BrokerTravelAgent",
    "Transporter",
    "TravellingPartner",
    "Smuggler",
    "TransferredIndividual",
    "HarbouredIndividual",
    "ReceivedIndividual",
    "SoldIndividual",
    "BoughtIndividual",
    "ControlledIndividual",
    "Exploiter",
    "Abuser",
    "Kidnapper",
    "Other",
)
EVENTS = ("Recruitment", "Transit", "Exploitation")
STAY = (
    "Citizen",
    "FamilyMigrant",
    "Visitor",
    "LabourMigrant",
    "StudentMigrant",
    "IrregularMigrant",
    "AsylumSeeker",
    "Refugee",
    "ComplementaryProtection",
    "Stateless",
    "Deportee",
    "Other",
)
"""The standard's guidance on migration and international protection, which names them and has no field for them."""
