/** One command of a build. */
export interface Command {
  /** The step's name for progress and errors, e.g. `compile promtool`. */
  readonly step: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the build's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The folders of a build. `work` is discarded; `home` becomes the tool. */
export interface WorkFolder {
  /** The finished tool's folder, including the files that its binaries read. */
  readonly home: string;
  /** The folder `bin` in `home` for the finished binaries, named as in `Recipe.binaries`. */
  readonly bin: string;
  /** An empty folder for this build. */
  readonly work: string;
  /**
   * Runs one command and appends its output to the build's log.
   *
   * @throws FiredrillError `broken` with the end of the log if it fails, `interrupted` if the build is aborted.
   */
  readonly run: (command: Command) => Promise<void>;
}

/** How one tool is built: data and a small build function. */
export interface Recipe<B extends string = string> {
  readonly tool: string;
  /** The version in common use, which may differ from the Go module's. */
  readonly version: string;
  readonly binaries: readonly B[];
  /** Files that the binaries need, as paths in the parent of their folder. */
  readonly homeFiles?: readonly string[];
  /** It uses cgo, so a C compiler is needed too. */
  readonly cgo?: true;
  /** Folder of the files that determine the result; each file in it is part of the cache key. */
  readonly folder: string;
  /** Typical time of a build with empty caches on two cores, in milliseconds. */
  readonly expectedMs: number;
  /** Peak disk usage of the build, including Go's caches, in bytes. */
  readonly diskBytes: number;
  readonly build: (workFolder: WorkFolder) => Promise<void>;
}
