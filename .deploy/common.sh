# shellcheck shell=bash
# What `install` and `upgrade` share. A release is a folder with the code, never changed once it is
# made; `current` is a link to the one that runs, `previous` to the one before.

say() { printf '== %s\n' "$*"; }

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# Set the places under the folder that stands for the root of the machine ("" is the machine's own).
places() {
  root=$1/srv/digest
  settings=$1/etc/digest/env          # what the app reads: systemd and the shell both understand it
  choices=$1/etc/digest/choices       # what `install` was told
  units=$1/etc/systemd/system
  site=$1/etc/nginx/sites-available/digest
  site_enabled=$1/etc/nginx/sites-enabled/digest
  run=$1/run
  backups=$1/var/backups/digest
}

# Run a command in a folder of a release, with the app's settings and no other variables.
with_settings() {
  local folder=$1
  shift
  # shellcheck disable=SC2016  # the inner shell expands it
  env -i PATH="$PATH" LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 \
    bash -c 'set -a; . "$1"; set +a; cd "$2"; shift 2; exec "$@"' - "$settings" "$folder" "$@"
}

# The same as the app's user, who owns no code.
as_app() {
  local folder=$1 change=()
  shift
  if [ "$(id -u)" -eq 0 ]; then change=(runuser -u "$user" --); fi
  with_settings "$folder" "${change[@]}" "$@"
}

# Write standard input to a file with this mode, whole or not at all.
write_file() {
  local path=$1 mode=$2
  mkdir -p "$(dirname "$path")"
  (umask 077 && cat >"$path.new")
  chmod "$mode" "$path.new"
  mv "$path.new" "$path"
}

# Make a link lead elsewhere, in one step.
point() {
  ln -s "$2" "$1.new"
  mv -T "$1.new" "$1"
}

# Make the packages that a lock names, once for each lock: releases with the same lock share them.
make_packages() {
  local lock=$1 name folder
  name=$("$python" -c 'import sys; print("py%d.%d" % sys.version_info[:2])')-$(sha256sum "$lock" | cut -c 1-16)
  folder=$root/packages/$name
  if [ ! -e "$folder/complete" ]; then
    say "Packages of $(basename "$lock") ($name)" >&2
    rm -rf "$folder"
    "$python" -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --require-hashes --requirement "$lock" >&2
    touch "$folder/complete"
  fi
  echo "$folder"
}

# Make a release of the checkout that this script lies in; print its folder.
make_release() {
  local source commit folder packages
  source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  commit=$(git -c safe.directory="$source" -C "$source" rev-parse --short HEAD 2>/dev/null || echo plain)
  folder=$root/releases/$(date -u +%Y%m%dT%H%M%S.%3N)-$commit
  mkdir -p "$folder/.data"
  tar -C "$source" --exclude-vcs --exclude='./.*_cache' --exclude=./.venv --exclude=./.data \
    --exclude=./.hypothesis --exclude=./tests --exclude=__pycache__ -cf - . | tar -C "$folder" --no-same-owner -xf -
  packages=$(make_packages "$folder/requirements.txt")
  ln -s "$packages" "$folder/.venv"
  chmod -R u=rwX,go=rX "$folder"
  "$folder/.venv/bin/python" -m compileall -q "$folder/digest" "$folder/editorial"
  echo "$folder"
}

# Bring the database to this release, and its static files to the others': their names hold their
# hashes, so pages of the release before keep their styles and scripts.
prepare() {
  local folder=$1
  say "Database and static files of $(basename "$folder")"
  as_app "$folder" .venv/bin/python manage.py migrate --no-input --verbosity 0
  with_settings "$folder" .venv/bin/python manage.py collectstatic --no-input --verbosity 0
  cp -r "$folder/.data/static/." "$root/static/"
  as_app "$folder" .venv/bin/python manage.py check --deploy --database default --fail-level ERROR
}

# Let this release run. systemd keeps the socket open meanwhile: who asks waits, nobody is refused.
switch_to() {
  local folder=$1
  if [ "$(readlink "$root/current" || true)" != "$folder" ]; then
    if [ -e "$root/current" ]; then point "$root/previous" "$(readlink "$root/current")"; fi
    point "$root/current" "$folder"
  fi
  say "Running $(basename "$folder")"
  bash -c "$restart" || true # whether it runs, is_ready says
}

# Wait until the app says that it can serve; return 1 if it does not.
is_ready() {
  local where=(--unix-socket "$web_socket" http://localhost/readyz)
  case $web_socket in /*) ;; *) where=("http://$web_socket/readyz") ;; esac
  curl --silent --fail --output /dev/null --max-time 30 --retry 3 --retry-max-time 60 --retry-all-errors \
    --header "Host: $host" "${where[@]}"
}

# Keep the five newest releases, and the two that are in use whatever their age.
forget_old() {
  local old
  find "$root/releases" -mindepth 1 -maxdepth 1 -type d | sort | head -n -5 | while read -r old; do
    case $old in
      "$(readlink "$root/current")" | "$(readlink "$root/previous" || true)") ;;
      *) rm -rf "$old" ;;
    esac
  done
}
