"""The one object a server needs: ``gunicorn wsgi:app`` or ``flask --app wsgi``."""

from network import create_app

app = create_app()
