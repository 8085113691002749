#!/bin/sh
# Runs a command of the program as it is installed and built in this clone, and never installs or builds: processes may be running
# from this folder. `scripts/pulseboard.sh doctor --json` is `pulseboard doctor --json`.
root=$(dirname "$0")/..
node "$root/scripts/require-setup.mjs" || exit
exec node "$root/apps/pulseboard/dist/main.js" "$@"
