"""The web front: `app.create_app(dataset, settings)` is a Flask app that answers every path."""
