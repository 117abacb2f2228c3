/** Prints the counts alone on the last line, for people and scripts that read only that one. */
module.exports = class CountReporter {
  onRunComplete(_contexts, results) {
    // A test file that cannot be loaded counts no test, and must not look like a pass.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    // The default reporter writes its summary to stderr before this one is called.
    process.stderr.write(`${results.numPassedTests} passed, ${failed} failed\n`);
  }
};
