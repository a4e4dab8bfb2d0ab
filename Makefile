# make book · make test · make lab · make rerun · make bench · make clean
#
# Every target sets up what it needs.  The environment is made anew when requirements.txt or
# pyproject.toml changes.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := book

VENV   := .venv
# Named after this folder: a copied or moved environment would run another folder's code.
READY  := $(VENV)/ready-$(shell printf %s '$(CURDIR)' | cksum | cut -d' ' -f1)
PAGES  := _build/html/index.html
# The peers of the benchmarks have an environment of their own: the book needs none of them.
BENCH  := .venv-bench
PEERS  := $(BENCH)/$(notdir $(READY))
JOBS   ?= 2
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
# Kernels, builds and test workers are many processes: the package is compiled once for all.
unexport PYTHONDONTWRITEBYTECODE

# The first of these that is Python 3.11 or newer and can make environments.
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
SUITABLE   := import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))

# One worker takes one file: a notebook, a test module, or the browser.
CHECKS := -n $(JOBS) --dist loadfile --doctest-modules --nbval --nbval-current-env

.PHONY: book test lab rerun bench pins format clean

book: $(READY)  ## build the pages, warnings as errors
	@# The order of the pages stands on every page, and Sphinx writes only the pages that changed.
	@if [ _toc.yml -nt $(PAGES) ]; then rm -rf _build; fi
	@# Sphinx warns about pages that it reads, so after a failure it has to read them all again.
	@jupyter-book build . -W -n --keep-going --quiet > /dev/null || { rm -rf _build; exit 1; }
	@echo "The book: file://$(CURDIR)/$(PAGES)"

test: export TQDM_DISABLE := 1  # no progress bar in what is compared
test: book  ## everything
	ruff check .
	ruff format --check .
	pytest $(CHECKS) src tests chapters book

lab: $(READY)  ## bring your copies in my/ up to date and open the first in JupyterLab
	python tools/desk.py

rerun: $(READY)  ## run chapters anew and show what changed: make rerun NB=chapters/04_affine.ipynb
	python tools/rerun.py $(or $(NB),$(wildcard chapters/*.ipynb book/*.ipynb))

bench: $(PEERS)  ## measure the package beside its peers; writes benchmarks/results.json
	$(BENCH)/bin/python -m benchmarks

format: $(READY)  ## put the code into the house's form
	ruff check --fix .
	ruff format .

pins: $(READY)  ## compile the ranges in pyproject.toml into requirements.txt
	{ echo "# Compiled from pyproject.toml by \`make pins\`; the reasons stand there."; \
	  uv pip compile pyproject.toml --group all --universal --fork-strategy fewest \
	    --python-version 3.11 --no-annotate --no-header --quiet; \
	  echo "-e ."; } > requirements.new
	mv requirements.new requirements.txt

clean:  ## remove everything that can be made again
	rm -rf $(VENV) $(BENCH) _build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.txt pyproject.toml
	@found=; for p in $(CANDIDATES); do \
	  if $$p -c '$(SUITABLE)' 2> /dev/null; then found=$$p; break; fi; done; \
	if [ -z "$$found" ]; then \
	  echo "make: no Python from 3.11 to 3.14 with venv was found. Install one (on Debian and" \
	       "Ubuntu: apt install python3 python3-venv), then run make again." >&2; exit 1; fi; \
	echo "Setting up $(VENV) with $$($$found --version); this takes a minute or two."; \
	$$found -m venv --clear $(VENV)
	@pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(PEERS): benchmarks/requirements.txt pyproject.toml | $(READY)
	@echo "Setting up $(BENCH) with what the package is measured against."
	@python -m venv --clear $(BENCH)
	@$(BENCH)/bin/pip install --quiet --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@
