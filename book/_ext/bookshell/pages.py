"""Last touches to a written page.

Words in code that have no colour of their own are not marked.
Comments in code that quote a formula get the formula's colours, and its label leads to it.
Fields of a named tuple are described once, and the letters of a shape are no links.
A link from a stored output to a section of a notebook leads to that section's page.
Assets that a page does not use are taken off it, and pages without a document off the site.
"""

import html
import posixpath
import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from .equations import store
from .panel import LABEL

COMMENT = re.compile(r'(<span class="c1">)(.*?)(</span>)')
GRADIENT = re.compile(r"∇_\w+ C|δ\w*")
TO_NOTEBOOK = re.compile(r'(?<=href=")(\w+)\.ipynb#([^"]+)(?=")')
# Kinds of words in code that have the text's colour: thousands of marks without a use.
PLAIN = re.compile(r'<span class="(?:n|nn|nf|nb|nc|nd|fm|vm|bp|o|p|w|mi|mf)">([^<]*)</span>')
SIZE = re.compile(r"d?[A-Za-z]")
FORWARD = re.compile(r"\\class\{bp-forward\}\{([A-Za-z])\}")

# asset -> what a page's body contains if it needs the asset
NEEDED_BY = {
    "design-tabs": "sd-tab-set",
    "sphinx-design": "sd-",
    "copybutton": "<pre",
    "clipboard": "<pre",
    # Sphinx gives it to a page of which only the children hold mathematics, such as the first
    "mathjax": 'class="math ',
}
WORDING = {
    # docutils' role for a reference is deprecated, and wrong inside a list
    'role="doc-biblioentry"': 'role="listitem"',
    # numpydoc's heading, which napoleon turns into another word
    '>Variables<span class="colon">': '>Attributes<span class="colon">',
    # a name for listeners must not differ from the words on show (Show output)
    ' aria-label="Toggle hidden content"': "",
}
NOT_USED = (
    "vendor",  # Font Awesome; the icons are in book.css
    "webpack-macros.html",
    "sbt-webpack-macros.html",
    "exercise.css",  # exercises look as book.css says
)


def touch(app, pagename, templatename, context, doctree):
    """Change what the builder is about to write."""
    body = context.get("body", "")
    for kind in ("script_files", "css_files"):
        assets = context.get(kind, [])
        assets[:] = [asset for asset in assets if is_needed(asset, body)]
    if doctree is None:
        return
    for theirs, ours in WORDING.items():
        body = body.replace(theirs, ours)
    addresses = label_addresses(app, pagename)
    letters = forward_letters(app.env)

    def mark(found):
        return found[1] + mark_comment(found[2], addresses, letters) + found[3]

    def lead(found):
        return section_address(app, pagename, *found.groups())

    context["body"] = TO_NOTEBOOK.sub(lead, COMMENT.sub(mark, PLAIN.sub(r"\1", body)))


def is_needed(asset, body):
    """Tell whether a page with this body needs an asset."""
    settings = getattr(asset, "attributes", {}).get("body", "")  # a script without a file
    name = str(getattr(asset, "filename", asset) or settings.partition(" ")[0])
    signs = [sign for part, sign in NEEDED_BY.items() if part in name.lower()]
    return not name.endswith(NOT_USED) and all(sign in body for sign in signs)


def label_addresses(app, pagename):
    """Return ``{label: address}`` as seen from a page."""
    return {
        entry["record"][
            "label"
        ]: f"{app.builder.get_relative_uri(pagename, name)}#{entry['anchor']}"
        for name, entries in store(app.env).items()
        for entry in entries
        if entry["number"]
    }


def section_address(app, pagename, notebook, heading):
    """Return the address of a section whose notebook stands in the same folder as the page."""
    name = posixpath.join(posixpath.dirname(pagename), notebook)
    anchor = nodes.make_id(html.unescape(heading))
    return f"{app.builder.get_relative_uri(pagename, name)}#{anchor}"


def forward_letters(env):
    """Return the letters that the book's formulas show in the forward colour."""
    records = [entry["record"] for entries in store(env).values() for entry in entries]
    return {letter for r in records for letter in FORWARD.findall(r.get("latex_page") or "")}


def mark_comment(text, addresses, letters):
    """Colour the formula that a comment quotes and link its label; leave other comments alone."""
    parts = re.split(f"({LABEL.pattern})", text)  # formula, label, formula, …
    if not GRADIENT.search(text) and not any(label in addresses for label in parts[1::2]):
        return text
    parts[::2] = [colour(part, letters) for part in parts[::2]]
    parts[1::2] = [link(label, addresses) for label in parts[1::2]]
    return "".join(parts)


def colour(formula, letters):
    """Put a formula's letters and gradients into the two colours."""
    if letters:
        forward = re.compile(rf"(?<![\w_∇])(?:{'|'.join(sorted(letters))})(?=[\W_ᵀ]|$)")
        formula = forward.sub(r'<span class="bp-forward">\g<0></span>', formula)
    return GRADIENT.sub(r'<span class="bp-backward">\g<0></span>', formula)


def link(label, addresses):
    """Return a label as a link to its equation."""
    if label not in addresses:
        return label
    return f'<a class="bp-label" href="{addresses[label]}">{label}</a>'


def prune(app, error):
    """Take files off the site that no page loads."""
    for path in (Path(app.outdir, "_static", name) for name in NOT_USED):
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


def clear(app, error):
    """Take the pages of removed documents off the site, with the copies of their sources.

    A page that was made from a document has such a copy; the search page and its like have none.
    """
    if error or app.builder.format != "html":
        return
    sources = Path(app.outdir, "_sources")
    for source in [path for path in sources.rglob("*") if path.is_file()]:
        name = source.relative_to(sources).with_suffix("").as_posix()
        if name not in app.env.found_docs:
            source.unlink()
            Path(app.builder.get_outfilename(name)).unlink(missing_ok=True)


def skip_field(app, what, name, member, skip, options):
    """Leave a named tuple's fields out of the package reference: its docstring describes them."""
    return (member.__doc__ or "").startswith("Alias for field number") or None


def keep_sizes(app, doctree):
    """Keep the letters of a shape, (N, D), from becoming links to whatever is called D."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        if link["reftype"] == "class" and SIZE.fullmatch(link["reftarget"]):
            link.replace_self(link.children)


def connect(app):
    """Run after the theme and Sphinx have put the page together (priority 500)."""
    app.connect("html-page-context", touch, priority=900)
    app.connect("autodoc-skip-member", skip_field)
    app.connect("doctree-read", keep_sizes)
    app.connect("build-finished", prune, priority=900)
    app.connect("build-finished", clear)
