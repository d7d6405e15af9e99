/** One command of a build: a program, its arguments and where it runs. */
export interface Command {
  /** What it does, for the progress line and the error, e.g. `compile promtool`. */
  readonly step: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Added to the build's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a recipe's build may use. All that it leaves in `work` is thrown away; `home` becomes the tool. */
export interface WorkFolder {
  /** The finished tool's folder: what a binary reads besides itself goes here. */
  readonly home: string;
  /** The folder `bin` in `home`, where the finished binaries go under the names in `Recipe.binaries`. */
  readonly bin: string;
  /** An empty folder of this build's own. */
  readonly work: string;
  /**
   * Runs one command, its output going to the build's log.
   *
   * @throws FiredrillError `broken` with the log's tail when it fails, `interrupted` when the build is aborted.
   */
  readonly run: (command: Command) => Promise<void>;
}

/** How one tool is made. It is data and a small build function, so that a further tool is a further recipe. */
export interface Recipe<B extends string = string> {
  readonly tool: string;
  /** The version people know it by, which need not be the Go module's. */
  readonly version: string;
  readonly binaries: readonly B[];
  /** Files that the binaries cannot do without, as paths in the folder above theirs. */
  readonly homeFiles?: readonly string[];
  /** It has parts in C, so that a C compiler is needed too. */
  readonly cgo?: true;
  /** Folder of the files that decide the result; each file in it is part of the cache key. */
  readonly folder: string;
  /** Typical time of a build with empty caches on two cores, in milliseconds. */
  readonly expectedMs: number;
  /** Disk that the build takes at its peak, Go's caches included, in bytes. */
  readonly diskBytes: number;
  readonly build: (workFolder: WorkFolder) => Promise<void>;
}
