#!/usr/bin/env node
// Tracked, because npm links a command only if its file exists when npm installs.
import "../dist/main.js";
