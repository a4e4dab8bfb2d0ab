"""Numbers that name their chapter: equation (4.2), Figure 4.1, Exercise 4.3."""

from copy import deepcopy

from .records import page_mark


def number_equation(env, docname, label):
    """Turn the domain's running number for a label into ``4.2`` and return it."""
    equations = env.get_domain("math").equations
    running = equations[label][1]
    number = f"{page_mark(docname)}.{running}"
    equations[label] = (docname, number)
    return number


def restore_plain_figures(app, env):
    """Give Sphinx back its own figure numbers, so that it rewrites changed pages only."""
    env.toc_fignumbers = getattr(env, "bookshell_figures", env.toc_fignumbers)
    return []


def number_figures(app, env):
    """Number the figures of each page from 1, after the page's mark."""
    env.bookshell_figures = deepcopy(env.toc_fignumbers)
    for docname, kinds in env.toc_fignumbers.items():
        for figures in kinds.values():
            for position, name in enumerate(figures, start=1):
                figures[name] = (page_mark(docname), position)
    return []


def exercise_number(env, name):
    """Return ``Exercise 4.3``; without the number if there is no such exercise."""
    figures = env.toc_fignumbers.get(registered(env, name).get("docname"), {})
    number = ".".join(map(str, figures.get("exercise", {}).get(name, ())))
    return f"Exercise {number}".rstrip()


def registered(env, name):
    """Return what sphinx-exercise knows of an exercise or a solution."""
    return getattr(env, "sphinx_exercise_registry", {}).get(name, {})


def connect(app):
    """Wrap Sphinx's own numbering (priority 500)."""
    app.connect("env-get-updated", restore_plain_figures, priority=100)
    app.connect("env-get-updated", number_figures, priority=900)
