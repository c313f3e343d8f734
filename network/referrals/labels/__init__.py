"""The words people see for what this feature names in code, in rooms by noun; read as one: ``labels.STATUSES``."""

from network.referrals.labels.calls import *  # noqa: F403
from network.referrals.labels.cases import *  # noqa: F403
from network.referrals.labels.choices import *  # noqa: F403
from network.referrals.labels.consents import *  # noqa: F403
from network.referrals.labels.fields import *  # noqa: F403
from network.referrals.labels.guidance import *  # noqa: F403
from network.referrals.labels.inbox import *  # noqa: F403
from network.referrals.labels.leaving import *  # noqa: F403
from network.referrals.labels.notes import *  # noqa: F403
from network.referrals.labels.referrals import *  # noqa: F403
from network.referrals.labels.refusals import *  # noqa: F403
from network.referrals.labels.risk import *  # noqa: F403
from network.referrals.labels.story import *  # noqa: F403
