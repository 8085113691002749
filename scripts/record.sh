#!/bin/sh
exec "$(dirname "$0")/pulseboard.sh" record "$@"
