#!/bin/sh
# Installs what the tests need and is not there yet; a second run finds everything and needs no network.
# Nothing of the system is reconfigured: no service is started, the tests run private instances on free ports.
set -eu
cd "$(dirname "$0")/.."

say() { echo "set-up: $*" >&2; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# package: why. The quoted EOF keeps the shell from reading apostrophes and dollars in the reasons.
missing=
while IFS=: read -r package why; do
    [ -n "$package" ] || continue
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" != installed ]; then
        say "needs Debian package $package:$why"
        missing="$missing $package"
    fi
done <<'EOF'
libpq-dev: PostgreSQL client library, linked with the feature "postgres"
postgresql: private database servers for the store and life tests
age: opens our slots and parts as an outsider
nginx-light: baseline of the benchmarks
openssl: baseline of the benchmarks, second TLS client
wrk: load of the benchmarks
chromium-headless-shell: browser tests
fonts-noto-cjk: Japanese text in screenshots
fonts-dejavu-core: Latin text in screenshots, the same everywhere
python3-venv: tuspy, a tus client of others
golang-go: runs Go's own implementation of signed notes
golang-golang-x-mod-dev: that implementation
slapd: a private directory that the tests sign in with
ldap-utils: fills it
strace: shows that the server starts no process
clamav-daemon: a private scanner
postfix: a private mail system that the tests send through
dovecot-imapd: signs its users in, and shows the mailbox of reports
dnsmasq-base: a private name server
tesseract-ocr: reads the number of a faxed notice sheet back
rsyslog: a private receiver of the log's stream
rsyslog-gnutls: lets it speak TLS
poppler-utils: makes of a printed page what a fax machine sends, and its text
zip: archives that scanners are tried with
unzip: opens our zip streams as an outsider
shellcheck: reads these scripts before they run elsewhere (make lint)
jq: reads --json output in scripts
curl: Range, If-Range and TLS as a third client
EOF

if [ -n "$missing" ]; then
    # Debian starts services on installation; while this file stands it does not (Debian policy 9.3.3.2). One that the
    # administrator put there is left alone.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'as_root rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    as_root apt-get update -q
    # shellcheck disable=SC2086 # a list of words
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
fi

if ! cargo nextest --version >/dev/null 2>&1; then
    say "needs cargo-nextest: a process for each test, one summary (some minutes of compiling, once)"
    # The project's target directory is not the place for its build.
    env -u CARGO_TARGET_DIR cargo install cargo-nextest --locked || say "not installed; cargo's own runner will do"
fi

for directory in tests/clients tests/browser; do
    [ -e "$directory/package-lock.json" ] || continue
    installed=$directory/node_modules/.package-lock.json
    if [ ! -e "$installed" ] || [ -n "$(find "$directory/package-lock.json" -newer "$installed")" ]; then
        say "needs npm packages of $directory: clients and browsers driven by the tests"
        # Debian's Chromium is used.
        (cd "$directory" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund)
        touch "$installed"
    fi
done

list=tests/clients/requirements.txt
if [ -e "$list" ] && ! cmp -s "$list" tests/clients/.venv/installed; then
    say "needs Python packages of $list: clients driven by the tests"
    python3 -m venv tests/clients/.venv
    tests/clients/.venv/bin/pip install --quiet --disable-pip-version-check -r "$list"
    cp "$list" tests/clients/.venv/installed
fi
