/** How a guard tells its whole group to end. */
type Ending = 'TERM' | 'INT' | 'KILL';

/**
 * The command line of a process whose whole group ends with this process, however that ends: a guard in the group reads
 * a pipe that only we hold open, which must be its descriptor 3. The command itself never sees the pipe.
 */
export function endingWithUs(argv: string[], signal: Ending): string[] {
  return guarded(`{ read -r _ <&3; kill -${signal} -$$; }`, argv);
}

/** How often in ms a group with a lease must hear from us; any line on its descriptor 3 will do. */
export const beatMs = 1000;

/** How often in s the guard looks whether it has heard from us, and how many looks in a row may be in vain. */
const [lookSeconds, looks] = [2, 2];

/** Time in ms after the last beat at which the group may be killed at the earliest. */
export const leaseMs = lookSeconds * looks * 1000;

/**
 * As `endingWithUs`, and the group is killed, too, when it hears nothing from us for 4 to 6 s: a process that is stopped keeps its
 * pipes open.
 */
export function endingWithoutBeats(argv: string[]): string[] {
  const kill = 'kill -KILL -$$';
  // Where no more processes can be started nothing is known of the beats: the end of our process still ends the group.
  const look = `missed=$((missed + 1)); /bin/sleep ${lookSeconds} || exit`;
  const watch = `{ trap 'missed=0' USR1; missed=0; while [ $missed -lt ${looks} ]; do ${look}; done; ${kill}; }`;
  // The signal is ignored until its trap is set, or the first beat could end the watch.
  return guarded(`{ trap '' USR1; ${watch} & while read -r _; do kill -USR1 $!; done; ${kill}; } <&3`, argv);
}

const guarded = (guard: string, argv: string[]): string[] => [
  'sh',
  '-c',
  `${guard} >/dev/null 2>&1 & exec 3<&-; exec "$@"`,
  'sh',
  ...argv,
];
