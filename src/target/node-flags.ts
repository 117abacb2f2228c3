/** Flags for processes that do little and stay for long: a small heap, collected early. */
export const smallHeap = ['--max-old-space-size=96', '--max-semi-space-size=2'];
