/** What the person types to run and to list scenarios: the npm script of the project, or the command of the package. */
export const program = /[\\/]cli\.[jt]s$/.test(process.argv[1] ?? '')
  ? { run: 'npm run scenario --', list: 'npm run scenario' }
  : { run: 'firedrill run', list: 'firedrill list' };
