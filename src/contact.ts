/** Whether Temporal can hear this worker: what it has heard nothing of for a heartbeat timeout, it gives to another one. */
export interface Contact {
  /** Looks once a second until `end`; `ageMs` is the time in ms since the last answer, at first since now. */
  watch(): { ageMs(): number; end(): void };
}
