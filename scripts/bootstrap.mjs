#!/usr/bin/env node
/** Brings a fresh checkout to where a command can run, then runs it: see `usage` in ./bootstrap/commands.mjs. */
import { commands, usage } from './bootstrap/commands.mjs';

const needed = [20, 19];

function nodeIsTooOld() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major < needed[0] || (major === needed[0] && minor < needed[1]);
}

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  if (nodeIsTooOld()) {
    console.error(`Sagaline needs Node ${needed.join('.')} or later; this is ${process.versions.node}.`);
    return 1;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(usage);
    return 2;
  }
  return command(args);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(`\n${error.message}`);
    process.exitCode = error.exitCode ?? 1;
  },
);
