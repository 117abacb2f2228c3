#!/usr/bin/env node
import { runCommandLine } from './program';

// Whoever reads the output may stop reading, as `head` does.
process.stdout.on('error', () => process.exit());

void runCommandLine(process.argv.slice(2), {
  write: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
  folder: process.cwd(),
}).then((code) => {
  process.exitCode = code;
});
