"""The one object a server needs: ``gunicorn wsgi:app`` or ``flask --app wsgi``."""

import sys

from network import create_app
from network.config import SettingError
from network.postgres import StartError

try:
    app = create_app()
except (SettingError, StartError) as error:
    sys.stderr.write(f"Kopuro cannot start. {error}\n")
    sys.exit(3)  # To gunicorn, 3 says that trying again will not help.
