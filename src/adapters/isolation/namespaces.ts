import { relative, sep } from 'node:path';
import type { ProcessStart, StepScript } from '../../domain/step-script';
import type { StepIsolation } from '../../ports';

/** What a container of root may do by custom: chown and switching accounts, but nothing that reaches mounts, disks or the kernel. */
const kept = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'net_bind_service',
  'net_raw',
  'sys_chroot',
  'audit_write',
  'setfcap',
];

/** More than the file system below may already forbid: the kernel lets an account without rights add to that, never lift it. */
const sealed = 'ro,nosuid,nodev,noexec';

/** Gives the script its environment when it has no rights any more: a variable such as LD_PRELOAD would act on what still has them. */
const enter =
  'while [ "$#" -gt 1 ]; do eval "export \\"\\$$1\\"; unset $1"; shift; done; exec /bin/sh -e -c "$1"';

export interface NamespaceOptions {
  /** Folder that is hidden but for what a script names, by the path by which scripts name it. */
  state: string;
  /** Real paths of shared temporary folders, each of which becomes the script's own one. */
  temporary: string[];
  /** Where unshare, mount and setpriv of util-linux are found. */
  path: string;
  account: { uid: number; gid: number };
}

/**
 * Linux namespaces by the commands of util-linux. The script sees its own processes and ends with all of them; an empty folder
 * that it cannot unmount lies over the state folder. Network and all other files stay as they are.
 */
export class NamespaceIsolation implements StepIsolation {
  constructor(private readonly options: NamespaceOptions) {}

  command(step: StepScript): ProcessStart {
    const values = Object.entries(step.env).map(([name, value]) => `${name}=${value}`);
    const variables = Object.fromEntries(values.map((value, at) => [`_${at}`, value]));
    const isRoot = this.options.account.uid === 0;
    const argv = [
      // A script can stop or end what shares its process group, but not what the kernel does when the worker dies.
      ...['setpriv', '--pdeathsig', 'KILL', 'unshare'],
      // Root needs no user namespace, in which it could give no file to another account.
      ...(isRoot ? [] : ['--map-root-user']),
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      '/bin/sh',
      '-e',
      '-c',
      this.setup(step),
      'sh',
      ...this.withoutRights(),
      ...['/bin/sh', '-c', enter, 'sh', ...Object.keys(variables), step.script],
    ];
    return { argv, cwd: '/', env: { PATH: this.options.path, ...variables } };
  }

  /** The namespace's first process: it hides what is to be hidden, and then waits for the script and reaps what that leaves. */
  private setup({ root, temporary, borrowed, cwd }: StepScript): string {
    const { state, temporary: shared } = this.options;
    // The cover is made where the script's own empty folder is, and laid over the state folder when it is complete.
    const inCover = (folder: string) => `${temporary}/${relative(state, folder)}`;
    const table = `${root}/mounts`;
    const mounts = [
      ['sagaline', temporary, 'tmpfs', 'size=64k,mode=0755'],
      [root, inCover(root), 'none', 'bind,X-mount.mkdir'],
      ...borrowed
        .filter((folder) => isWithin(state, folder))
        .map((folder) => [folder, inCover(folder), 'none', `bind,${sealed},X-mount.mkdir`]),
      [temporary, state, 'none', `rbind,${sealed}`],
      ...shared.map((folder) => [temporary, folder, 'none', 'bind']),
    ];
    return [
      'trap "exit 143" TERM',
      // One command for all mounts, since starting a process costs more than a mount; it reads regular files only.
      `printf %s ${quoted(mounts.map(tableRow).join(''))} > ${quoted(table)}`,
      `mount --all --fstab ${quoted(table)}`,
      // Entered anew: the folder as it was before the mounts would lead up into what they hide.
      `cd ${quoted(cwd)}`,
      'unset OLDPWD',
      // The first process of a namespace outlives what the script is asked to end by, so that the script has its time.
      'trap : TERM',
      'set +e',
      '"$@"',
      'exit "$?"',
    ].join('\n');
  }

  private withoutRights(): string[] {
    const { uid, gid } = this.options.account;
    if (uid !== 0) return ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`];
    const bounding = ['-all', ...kept.map((name) => `+${name}`)].join(',');
    return ['setpriv', `--bounding-set=${bounding}`, '--inh-caps=-all', '--ambient-caps=-all'];
  }
}

/** Whether a path is the folder or lies in it. */
export function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

/** A line of fstab(5). */
const tableRow = (fields: string[]): string =>
  `${fields.map((field) => field.replace(/[\s\\#]/g, octal)).join(' ')} 0 0\n`;

const octal = (character: string): string =>
  `\\${(character.codePointAt(0) ?? 0).toString(8).padStart(3, '0')}`;

/** One word of a shell, whatever the text holds. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
