# Needs Python 3.11 or newer, make and a package index; everything else goes into .venv.
#
#   make demo    install the light core and align a bundled English-Japanese article
#   make test    install everything and run the tests
#   make weights learn the lattice's weights again from public gold (GOLD says where it is), corpora/training and pages
#   make bench-accuracy, make bench-speed   measure beside bertalign (BENCH passes options, docs/benchmarks.md has them)
#   make clean   remove what the others made

SHELL   := /bin/sh
VENV    := .venv
BIN     := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable

DEMO_SRC ?= corpora/news-web/en.html
DEMO_TGT ?= corpora/news-web/ja.html
DEMO_OUT ?= out/demo.tsv

.PHONY: demo test browser weights bench-accuracy bench-speed clean
.DELETE_ON_ERROR:

demo: $(VENV)/.core
	@mkdir -p $(dir $(DEMO_OUT))
	@$(BIN)/align pair $(DEMO_SRC) $(DEMO_TGT) -o $(DEMO_OUT)

# The tests of batches have a process of their own: Dask's client leaves threads behind.
test: $(VENV)/.all browser
	@$(BIN)/python -m pytest --ignore tests/batch
	@$(BIN)/python -m pytest tests/batch

# The report's tests open it in a browser. Where there is none and none can be had they skip, and say so.
BROWSERS := chromium-headless-shell chromium chromium-browser google-chrome chrome
browser:
	@for name in $(BROWSERS); do if command -v $$name >/dev/null; then exit 0; fi; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing Chromium for the tests of the report"; \
	  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-noto-cjk; } \
	    >/dev/null 2>&1 && exit 0; \
	fi; \
	echo "no Chromium here: the tests of the report in a browser will be skipped"

GOLD ?= ../shared/gold
GOLD_ALL := $(GOLD)/ntrex/en-ja.tsv:60 $(GOLD)/ntrex/en-deu.tsv:20 $(GOLD)/ntrex/en-zho-CN.tsv:25 \
  $(GOLD)/ntrex/en-fra.tsv:12 $(GOLD)/ntrex/en-rus.tsv:8 $(GOLD)/ntrex/en-spa.tsv:8 $(GOLD)/ntrex/en-kor.tsv:8 \
  $(GOLD)/ntrex/en-arb.tsv:6 $(GOLD)/ntrex/en-tur.tsv:5 $(GOLD)/rustbook/en-ja.tsv:10 $(GOLD)/bsd/ja-en.tsv:20 \
  corpora/training:99x3
GOLD_SENTENCES := corpora/training:99x5 $(GOLD)/ntrex/en-ja.tsv:10 $(GOLD)/ntrex/en-deu.tsv:6 \
  $(GOLD)/ntrex/en-zho-CN.tsv:6 $(GOLD)/bsd/ja-en.tsv:60x4
GOLD_PAGES := $(GOLD_ALL) corpora/pages:99x3
weights: $(VENV)/.all
	@mkdir -p out
	@$(BIN)/align train -o align/lattice/weights.json --jobs 2 $(GOLD_ALL)
	@$(BIN)/align train -o align/lattice/weights_sentence_vectors.json --model e5-small --sentence-vectors --open-tears \
	  --units 0 --draws 4 --jobs 2 --cache out/vectors.sqlite $(GOLD_SENTENCES)
	@$(BIN)/align train -o align/lattice/weights_fused.json --model use+e5-small \
	  --jobs 2 --cache out/vectors.sqlite $(GOLD_ALL)
	@$(BIN)/align train -o align/lattice/weights_fused_pages.json --model use+e5-small --draws 2 \
	  --jobs 2 --cache out/vectors.sqlite $(GOLD_PAGES)

bench-accuracy: $(VENV)/.bench
	@$(BIN)/python -m benchmarks.accuracy --json out/accuracy.json $(BENCH)

bench-speed: $(VENV)/.bench
	@$(BIN)/python -m benchmarks.speed --json out/speed.json $(BENCH)

clean:
	rm -rf $(VENV) out build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	find align tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The first that runs and can make environments: a name on the path may be the empty shim of a version manager.
$(BIN)/python:
	@for name in python3.12 python3.13 python3.11 python3 python; do \
	  IFS=:; for folder in $$PATH; do unset IFS; \
	    python="$$folder/$$name"; \
	    if [ -x "$$python" ] && "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then echo "making $(VENV) with $$python"; exec "$$python" -m venv --clear $(VENV); fi; \
	  done; \
	done; \
	echo "No Python 3.11 or newer with venv on the path; install one (on Debian: python3 and python3-venv)." >&2; exit 1

$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing taiyaku into $(VENV)"
	@$(INSTALL) .
	@touch $@

$(VENV)/.all: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing taiyaku with all its extras into $(VENV): several minutes the first time"
	@$(INSTALL) '.[all,test]'
	@touch $@

$(VENV)/.bench: $(VENV)/.all
	@$(INSTALL) '.[bench]'
	@touch $@
