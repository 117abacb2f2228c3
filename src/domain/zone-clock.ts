const dayMs = 86_400_000;

/** The clocks of one time zone. A wall time is what they show, in ms as if it were UTC. */
export interface ZoneClock {
  /** What the clocks show at an instant. */
  wallAt: (instantMs: number) => number;
  /** Instants at which they show it: two where they are set back; its two neighbours where they are set forward past it. */
  instantsOf: (wallMs: number) => number[];
  /** The instant at which they were last set, if that was on the day before; undefined otherwise. */
  lastSet: (instantMs: number) => number | undefined;
}

/** The clocks of an IANA time zone, by the database that the runtime brings. */
export function zoneClock(zone: string): ZoneClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const wallAt = (instantMs: number): number => {
    const shown: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instantMs)) shown[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((instantMs % 1000) + 1000) % 1000);
  };
  const ahead = (instantMs: number) => wallAt(instantMs) - instantMs;

  return {
    wallAt,
    instantsOf(wallMs) {
      const near = [wallMs - ahead(wallMs - dayMs), wallMs - ahead(wallMs + dayMs)];
      const exact = near.filter((instant) => wallAt(instant) === wallMs);
      return exact.length > 0 ? exact : near;
    },
    lastSet(instantMs) {
      const now = ahead(instantMs);
      let [before, after] = [instantMs - dayMs, instantMs];
      if (ahead(before) === now) return undefined;
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (ahead(middle) === now) after = middle;
        else before = middle;
      }
      return after;
    },
  };
}
