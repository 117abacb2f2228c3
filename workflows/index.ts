export { canary } from './canary';
export { group } from './group';
export { inbox } from './inbox';
export { lane } from './lane';
export { run } from './run';
export { scheduled } from './scheduled';
export { waits } from './waits';
