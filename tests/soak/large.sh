#!/bin/sh
# A 5 GiB file sent and received by the command line, each killed half-way and started again; digests compared, the
# server's memory read from /proc. KAKITOME_BINARY names the program; LARGE_GIB sets another size.
set -eu
binary=${KAKITOME_BINARY:?names the program to run}
gib=${LARGE_GIB:-5}
work=$(mktemp -d "${TMPDIR:-/var/tmp}/kakitome-large-XXXXXX")
port=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
admin=$(python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
export XDG_STATE_HOME="$work/state"
cat >"$work/kakitome.toml" <<TOML
[server]
public_url = "https://localhost:$port"
listen = "127.0.0.1:$port"
admin_listen = "127.0.0.1:$admin"
[scan]
off = true
TOML
places="--config $work/kakitome.toml --data $work/data --keys $work/keys"
# shellcheck disable=SC2086
"$binary" account add large@office.example --name Large --role sender $places >/dev/null
# shellcheck disable=SC2086
"$binary" token create large@office.example --scope send --json $places | python3 -c 'import json,sys; print(json.load(sys.stdin)["token"])' >"$work/token"
chmod 600 "$work/token"
# shellcheck disable=SC2086
"$binary" serve $places >/dev/null 2>"$work/server.log" &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$work"' EXIT INT TERM
until curl -so /dev/null --cacert "$work/keys/tls/authority.pem" "https://localhost:$port/r"; do kill -0 $server; done
memory() { grep -E '^Vm(RSS|HWM)' /proc/$server/status | tr -s '\t ' ' ' | tr '\n' ' '; echo; }
mib() { grep "^$1" /proc/$server/status | awk '{print int($2/1024)}'; }
echo "making $gib GiB of random bytes"
head -c "${gib}G" /dev/urandom >"$work/large.bin"
digest=$(sha256sum <"$work/large.bin")
ca="--ca-file $work/keys/tls/authority.pem"
half=$((gib * 512 * 1024 * 1024))

echo "server at rest: $(memory)"
# shellcheck disable=SC2086
send() { exec "$binary" send "$work/large.bin" --to suzuki@aozora.example --server "https://localhost:$port" --token-file "$work/token" $ca --json; }
send >"$work/sent" 2>/dev/null &
client=$!
while [ "$(du -sb "$work/data/blobs" | cut -f1)" -lt $half ]; do kill -0 $client; done
rising=$(mib VmRSS)
kill -9 $client; wait $client 2>/dev/null || true
echo "sending was killed with $(du -sb "$work/data/blobs" | cut -f1) bytes stored, server VmRSS $rising MiB; it goes on"
(send) >"$work/sent" 2>"$work/client.log" || { cat "$work/client.log" "$work/server.log"; exit 1; }
echo "server after sending: $(memory)"

reference=$(python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); d=d.get("deliveries",[d])[0]; print(d["reference"])' "$work/sent")
python3 - "$work/data/mail/new" "$reference" >"$work/link" <<'PY'
import email, email.policy, pathlib, re, sys
while True:
    for path in pathlib.Path(sys.argv[1]).glob("*"):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = mail.get_body(("plain",)).get_content()
        if sys.argv[2] in text and "#" in text:
            print(re.search(r"https://\S+/r/\w+#\w+", text).group(0))
            sys.exit()
PY
python3 -c 'import json,sys; d=json.load(open(sys.argv[1])); d=d.get("deliveries",[d])[0]; print(d["number"])' "$work/sent" >"$work/number"
chmod 600 "$work/link" "$work/number"
mkdir "$work/out"
# shellcheck disable=SC2086
receive() { exec "$binary" receive --link-file "$work/link" --number-file "$work/number" --out "$work/out" $ca; }
receive >/dev/null 2>&1 &
client=$!
while [ "$(du -sb "$work/out" | cut -f1)" -lt $half ]; do kill -0 $client; done
flowing=$(mib VmRSS)
kill -9 $client; wait $client 2>/dev/null || true
echo "receiving was killed with $(du -sb "$work/out" | cut -f1) bytes on disk, server VmRSS $flowing MiB; it goes on"
(receive) >"$work/client.log" 2>&1 || { cat "$work/client.log" "$work/server.log"; exit 1; }
got=$(sha256sum <"$work/out/large.bin")
echo "server after receiving: $(memory)"
echo "sent     $digest"
echo "received $got"
[ "$digest" = "$got" ]
if [ "$rising" -ge 80 ] || [ "$flowing" -ge 80 ]; then
    echo "resident memory while bytes flowed: $rising and $flowing MiB (bound 80)"
    exit 1
fi
[ "$(mib VmHWM)" -lt 260 ] || { echo "highest resident memory: $(mib VmHWM) MiB (bound 260)"; exit 1; }
echo "1 passed, 0 failed"
