# Two commands: `make run` and `make test`. Everything else is for those who work on Kakitome.
# Needs Rust, Node 20 and a C compiler; `make test` installs the rest and says what and why.

CARGO ?= cargo
CARGO_TARGET_DIR ?= $(CURDIR)/target
export CARGO_TARGET_DIR
BINARY := $(CARGO_TARGET_DIR)/release/kakitome
# Where the gallery is.
DEBUG := $(CARGO_TARGET_DIR)/debug/kakitome
DATA ?= ./data
KEYS ?= ./keys
# One set of features for clippy and the tests, so that dependencies are not built once more for the second.
CHECKED := --features postgres,gallery
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

.PHONY: run build web test test-set-up soak lint bench bench-search gallery gallery-accept gallery-look contact-sheet pictures manual-pictures gallery-built

# The first start prints a sign-in. Mails are files under $(DATA)/mail. Files are sent unscanned, which is said here, aloud,
# unless a configuration of your own names a scanner.
UNSCANNED := $(shell grep -qs '^[[:space:]]*clamd[[:space:]]*=' kakitome.toml || echo KAKITOME_SCAN__OFF=true)
run: build
	$(UNSCANNED) $(BINARY) serve --data $(DATA) --keys $(KEYS) $(if $(wildcard kakitome.toml),--config kakitome.toml)

build: web
	$(CARGO) build --release --locked
	@! grep -qaF '/gallery/{state}' $(BINARY) || { echo 'build: the gallery is for development only, and is in the release'; exit 1; }

# The stamp stands outside of web/dist: all that lies in there is embedded and served.
web: web/node_modules/.built
web/node_modules/.built: web/node_modules/.package-lock.json $(WEB_SOURCES) $(if $(wildcard web/dist),,rebuild)
	cd web && npm run build
	touch $@

.PHONY: rebuild
rebuild:

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

test-set-up:
	tests/set-up.sh

# The last lines are the runner's summary.
test: test-set-up web
	cd web && npm test
	tests/run.sh $(CHECKED)

# The long forms of the same tests, and the large files; with a release build of the program.
soak: test-set-up web build
	KAKITOME_SOAK=1 KAKITOME_BINARY=$(BINARY) tests/run.sh $(CHECKED)
	KAKITOME_BINARY=$(BINARY) tests/soak/large.sh

lint: test-set-up web
	shellcheck .ci/run tests/*.sh tests/*/*.sh
	$(CARGO) fmt --check
	$(CARGO) clippy --locked --all-targets $(CHECKED) -- -D warnings
	cd web && npm run check
	@if command -v cargo-deny >/dev/null; then $(CARGO) deny --all-features check; \
	else echo 'lint: cargo-deny is not installed; advisories, bans and sources were NOT checked (cargo install cargo-deny --locked)'; fi

# Every state of every screen in every view, then Lighthouse, alone so that nothing else is measured. Minutes, not seconds.
gallery: test-set-up web gallery-built
	KAKITOME_GALLERY=full tests/run.sh $(CHECKED) whole::gallery
	KAKITOME_BINARY=$(DEBUG) node tests/browser/gallery/lighthouse.mjs

# The pages as they are now become what `make test` compares with. Look at them first: `make contact-sheet`.
gallery-accept: test-set-up gallery-built
	KAKITOME_BINARY=$(DEBUG) KAKITOME_ACCEPT=1 node tests/browser/gallery/looks.mjs

# Pictures of every state, one sheet per screen and language, under test-results/contact-sheet.
contact-sheet: test-set-up gallery-built
	KAKITOME_BINARY=$(DEBUG) node tests/browser/gallery/contact-sheet.mjs

# The pictures of the README.
pictures: test-set-up gallery-built
	KAKITOME_BINARY=$(DEBUG) node tests/browser/gallery/pictures.mjs

# The pictures of the manual.
manual-pictures: test-set-up gallery-built
	KAKITOME_BINARY=$(DEBUG) node tests/browser/gallery/manual-pictures.mjs

# Serves every state at an address that it prints.
gallery-look: gallery-built
	$(DEBUG) gallery

gallery-built: web
	$(CARGO) build --locked $(CHECKED)

# Ratios beside Debian's nginx, age, openssl and cp, run in the same minute.
bench: test-set-up build
	KAKITOME_BINARY=$(BINARY) tests/bench/run.sh

# Questions to a log of ten million events, on SQLite and PostgreSQL; 20 GB of disk and half an hour.
bench-search: test-set-up web
	$(CARGO) build --release --locked --features postgres
	python3 tests/bench/search.py $(BINARY)
