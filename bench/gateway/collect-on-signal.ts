// Loaded into the application with --import and --expose-gc: collects garbage when it is told to, so that what is left is what is held.
process.on('SIGUSR2', () => globalThis.gc?.());
