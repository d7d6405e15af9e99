/** An error as grpc-gateway answers it: an HTTP status and the code of gRPC. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

interface Source {
  readonly repoURL: string;
  readonly path: string;
  readonly targetRevision: string;
}

/** What was deployed, oldest first. Argo CD writes times without milliseconds; here they have them. */
interface History {
  readonly id: number;
  readonly revision: string;
  readonly deployStartedAt: string;
  readonly deployedAt: string;
  readonly source: Source;
  readonly initiatedBy: { readonly username: string };
}

interface OperationState {
  readonly operation: {
    readonly sync: { readonly revision: string; readonly source?: Source };
    readonly initiatedBy: { readonly username: string };
  };
  readonly phase: 'Running' | 'Succeeded' | 'Failed';
  readonly message: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly syncResult?: { readonly revision: string; readonly source: Source };
}

const dayMs = 24 * 60 * 60_000;

/** An Application of Argo CD, without automated sync: a rollback is refused with it. */
export class Application {
  readonly name: string;
  readonly #source: Source;
  readonly #run: (revision: string) => Promise<void>;
  readonly #history: History[];
  /** What the target revision HEAD is. */
  #head: string;
  #state: OperationState | undefined;

  /**
   * @param revisions deployed before the start, the oldest first: the last one a day ago, each one a day before the
   * next.
   * @param run replaces the running revision, and resolves when it serves.
   */
  constructor(
    name: string,
    revisions: readonly string[],
    run: (revision: string) => Promise<void>,
    now: number = Date.now(),
  ) {
    this.name = name;
    this.#run = run;
    this.#source = {
      repoURL: `https://git.internal/shop/${name}.git`,
      path: 'deploy',
      targetRevision: 'HEAD',
    };
    this.#history = revisions.map((revision, id) => {
      const at = new Date(now - (revisions.length - id) * dayMs).toISOString();
      return this.#entry(id, revision, at, at, 'pipeline');
    });
    this.#head = revisions.at(-1) ?? '';
  }

  resource() {
    const revision = this.#history.at(-1)?.revision;
    const running = this.#state?.phase === 'Running' ? { operation: this.#state.operation } : {};
    return {
      metadata: { name: this.name, namespace: 'argocd' },
      spec: {
        project: 'default',
        source: this.#source,
        destination: { server: 'https://kubernetes.default.svc', namespace: 'shop' },
      },
      ...running,
      status: {
        // A rollback leaves the application behind its target revision.
        sync: { status: revision === this.#head ? 'Synced' : 'OutOfSync', revision: this.#head },
        health: { status: 'Healthy' },
        history: this.#history,
        ...(this.#state ? { operationState: this.#state } : {}),
      },
    };
  }

  /** Deploys a revision. @throws Refusal */
  sync(revision: string, username: string) {
    const wanted = revision || this.#head;
    return this.#operate({ sync: { revision: wanted }, initiatedBy: { username } }, () => {
      this.#head = wanted;
    });
  }

  /** Deploys the revision of an entry of the history again. @throws Refusal */
  rollback(id: number, username: string) {
    const entry = this.#history.find((one) => one.id === id);
    if (!entry) throw new Refusal(400, 3, `application ${this.name} does not have deployment with id ${id}`);
    const sync = { revision: entry.revision, source: entry.source };
    return this.#operate({ sync, initiatedBy: { username } });
  }

  #operate(operation: OperationState['operation'], onSuccess = () => {}) {
    if (this.#state?.phase === 'Running')
      throw new Refusal(400, 9, 'another operation is already in progress');
    const startedAt = new Date().toISOString();
    const { revision } = operation.sync;
    this.#state = { operation, phase: 'Running', message: '', startedAt };
    const finish = (phase: 'Succeeded' | 'Failed', message: string) => {
      const finishedAt = new Date().toISOString();
      const syncResult = { revision, source: this.#source };
      this.#state = { operation, phase, message, startedAt, finishedAt, syncResult };
      if (phase === 'Failed') return;
      onSuccess();
      const { username } = operation.initiatedBy;
      const id = (this.#history.at(-1)?.id ?? -1) + 1;
      this.#history.push(this.#entry(id, revision, startedAt, finishedAt, username));
    };
    this.#run(revision).then(
      () => finish('Succeeded', 'successfully synced (all tasks run)'),
      (error: unknown) => finish('Failed', error instanceof Error ? error.message : String(error)),
    );
    return this.resource();
  }

  #entry(
    id: number,
    revision: string,
    deployStartedAt: string,
    deployedAt: string,
    username: string,
  ): History {
    return { id, revision, deployStartedAt, deployedAt, source: this.#source, initiatedBy: { username } };
  }
}
