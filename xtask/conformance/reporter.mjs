// One line of JSON per test as it ends, for xtask/src/suite.rs.
const STATES = { passed: "passed", failed: "failed", skipped: "skipped", pending: "skipped" };

export default class {
  onTestCaseResult(test) {
    const { state, errors } = test.result();
    const error = errors?.map(({ message }) => message).join("\n");
    console.log(JSON.stringify({ name: test.fullName, state: STATES[state], error }));
  }

  // Errors outside of any test: a file that doesn't load, a promise nobody waited for.
  onTestRunEnd(modules, unhandled) {
    for (const error of [...modules.flatMap((module) => module.errors()), ...unhandled]) {
      console.log(JSON.stringify({ name: "outside of any test", state: "failed", error: error.stack ?? error.message }));
    }
  }
}
