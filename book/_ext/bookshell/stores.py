"""What each page leaves behind while it is read, for the pages that list or embed it."""


class Store:
    """``{docname: what the page left}``, kept in the environment under a name."""

    def __init__(self, name):
        self.name = name

    def __call__(self, env):
        """Return what the pages left."""
        return env.__dict__.setdefault(self.name, {})

    def forget(self, app, env, docname):
        """Drop what a page left that is read again or gone."""
        self(env).pop(docname, None)

    def merge(self, app, env, docnames, other):
        """Take over what a parallel reader found."""
        found = self(other)
        self(env).update({name: found[name] for name in docnames if name in found})

    def connect(self, app):
        """Keep the store in step with the pages."""
        app.connect("env-purge-doc", self.forget)
        app.connect("env-merge-info", self.merge)
