# Commands of the page, as far as they have another form here. Functions write what only the platform can do to "$PLATFORM".
set -eu
platform() { local IFS=$'\x1f'; printf '%s\n' "$*" >> "$PLATFORM"; }

# Keeps the folder, in which the page's files are.
cargo() { shift; command cargo run --quiet --manifest-path "$ROOT/Cargo.toml" --package front -- "$@"; }

curl() { command curl --silent --show-error --write-out '\n%{http_code}\n' "$@"; }

wrangler() { PATH="$ROOT/node_modules/.bin:$PATH" WRANGLER_SEND_METRICS=false CI=true "$ROOT/node_modules/.bin/wrangler" "$@" < /dev/null; }

npx() {
  [ "$1" = wrangler ]
  shift
  case "$*" in
    'secret put '*) platform set "$3" "$(cat)" ;;
    'secret delete '*) platform unset "$3" ;;
    deploy) wrangler deploy --dry-run --outdir bundle && platform deploy ;;
    *' --remote'*)
      local argument arguments=()
      for argument in "$@"; do [ "$argument" = --remote ] || arguments+=("$argument"); done
      wrangler "${arguments[@]}" --local --persist-to "$STATE" ;;
    *) platform elsewhere "$*" ;;
  esac
}
