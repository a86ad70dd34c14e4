# `make demo` and `make test` do all, on a fresh machine with Python 3.11+, make and git.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
PORT ?= 8000

.PHONY: install demo test check format lock clean

install: $(STAMP)

# The exact versions of requirements.lock; torch first, so that nothing asks for another build of it.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet $$(grep '^torch==' requirements.lock)
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	$(BIN)/pybabel --quiet compile --directory kb/translations
	touch $@

demo: install
	$(BIN)/kb demo --serve --port $(PORT)

# On up to four cores. The tests of a file stay together, as they share what is slow to make, and files
# come in their order: else the few long tests of the journeys would be left for one core at the end.
test: check
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# The quick half of the gate.
check: install
	$(BIN)/pybabel --quiet compile --directory kb/translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Resolve the newest versions that pyproject.toml admits, in a fresh environment, and pin them.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet torch==2.13.0
	build/lock/bin/pip install --quiet '.[dev]'
	build/lock/bin/pip freeze --exclude kb --exclude setuptools | sed 's/^torch @.*/torch==2.13.0/; s/^torch==2.13.0+cpu/torch==2.13.0/' > requirements.lock

clean:
	rm -rf .venv build *.egg-info
