import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readSettings, type Settings, tokenFile } from '../config';
import { isThisMachine } from '../domain/network';
import { type Control, createControl } from './control';
import { CommandEnd, exitCodes, type Terminal } from './terminal';

/** Options of every command that asks a gateway. */
export interface GatewayOptions {
  url?: string;
  tokenFile?: string;
}

/** Adds the options that say which gateway is asked, and with which token. */
export function withGateway(command: Command): Command {
  return command
    .option('--url <url>', 'gateway (default: SAGALINE_URL, or this machine with SAGALINE_PORT)')
    .option('--token-file <file>', 'file with the token (default: SAGALINE_TOKEN, or the state folder)');
}

/** The gateway that options and environment name. Throws CommandEnd when there is no token for it. */
export function openControl(options: GatewayOptions, terminal: Terminal): Control {
  const settings = readSettings(terminal.environment);
  const url = gatewayUrl(options, settings);
  return createControl(url.href, token(options, settings, url, terminal));
}

/** Address of the gateway that is asked. Throws CommandEnd when the option is no such address. */
export function gatewayUrl(options: GatewayOptions, settings: Settings): URL {
  const url = options.url ?? settings.url;
  if (URL.canParse(url) && /^https?:/.test(url)) return new URL(url);
  throw new CommandEnd(exitCodes.usage, `--url must be a URL such as http://127.0.0.1:8080, not ${url}`);
}

function token(
  { tokenFile: named }: GatewayOptions,
  settings: Settings,
  url: URL,
  terminal: Terminal,
): string {
  if (named !== undefined) return read(resolve(terminal.folder, named));
  if (settings.token !== undefined) return settings.token;
  // The state folder's token opens the platform of this machine and is nobody else's business.
  if (!isThisMachine(url)) {
    throw new CommandEnd(
      exitCodes.refused,
      `A token is needed for ${url.host}: SAGALINE_TOKEN or --token-file.`,
    );
  }
  return read(tokenFile(settings));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandEnd(
      exitCodes.refused,
      `No token in ${file} (${String(code)}): name one with SAGALINE_TOKEN or --token-file, or the folder with SAGALINE_STATE.`,
    );
  }
}
