/** Sources of the platform's own events: what is started by hand, and what a `schedule` trigger fires. */
export const manualSource = 'manual';
export const scheduleSource = 'schedule';
