"""What caseworkers fill in, in rooms by noun."""

from network.referrals.forms.access import *  # noqa: F403
from network.referrals.forms.agreements import *  # noqa: F403
from network.referrals.forms.calls import *  # noqa: F403
from network.referrals.forms.cases import *  # noqa: F403
from network.referrals.forms.consents import *  # noqa: F403
from network.referrals.forms.guests import *  # noqa: F403
from network.referrals.forms.keeping import *  # noqa: F403
from network.referrals.forms.leaving import *  # noqa: F403
from network.referrals.forms.moves import *  # noqa: F403
from network.referrals.forms.overrides import *  # noqa: F403
from network.referrals.forms.questions import *  # noqa: F403
from network.referrals.forms.referrals import *  # noqa: F403
from network.referrals.forms.talk import *  # noqa: F403
