"""Every sentence this feature asks of SQL, in rooms by noun; read as one: ``queries.cases_of``."""

from network.referrals.queries.access import *  # noqa: F403
from network.referrals.queries.agreements import *  # noqa: F403
from network.referrals.queries.alike import *  # noqa: F403
from network.referrals.queries.calls import *  # noqa: F403
from network.referrals.queries.cases import *  # noqa: F403
from network.referrals.queries.consents import *  # noqa: F403
from network.referrals.queries.dossier import *  # noqa: F403
from network.referrals.queries.guests import *  # noqa: F403
from network.referrals.queries.inbox import *  # noqa: F403
from network.referrals.queries.keys import *  # noqa: F403
from network.referrals.queries.leaving import *  # noqa: F403
from network.referrals.queries.notes import *  # noqa: F403
from network.referrals.queries.providers import *  # noqa: F403
from network.referrals.queries.referrals import *  # noqa: F403
from network.referrals.queries.retention import *  # noqa: F403
from network.referrals.queries.sheets import *  # noqa: F403
from network.referrals.queries.stopping import *  # noqa: F403
from network.referrals.queries.talk import *  # noqa: F403
from network.referrals.queries.tasks import *  # noqa: F403
from network.referrals.queries.versions import *  # noqa: F403
