"""Django's backend for PostgreSQL, with the user of a planned database."""
