/** Prints the counts alone on the last line, for people and scripts that read only that one. */
module.exports = class CountReporter {
  constructor() {
    // Jest prints its own summary after the last reporter, so nothing earlier than the exit comes last.
    process.once('exit', () => process.stdout.write(`${this.passed} passed, ${this.failed} failed\n`));
  }

  passed = 0;
  failed = 0;

  onRunComplete(_contexts, results) {
    this.passed = results.numPassedTests;
    // A file that cannot be loaded has no test to count, and must not look like a pass.
    this.failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  }
};
