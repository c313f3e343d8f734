"""Everything the desk asks of SQL, in rooms by noun; read as one: ``queries.people_waiting``.

Counts and the earliest dates, never a word of what a case says.
"""

from network.desk.queries.people import *  # noqa: F403
from network.desk.queries.publishing import *  # noqa: F403
from network.desk.queries.referrals import *  # noqa: F403
