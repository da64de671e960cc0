export default {
  test: {
    include: ["suite.test.mjs"],
    setupFiles: ["token.mjs"],
    // Some tests send hundreds of requests, and a server that keeps nothing in memory asks D1 and R2 for each. What has
    // to be in time is timed by the suite itself.
    testTimeout: 20_000,
  },
};
