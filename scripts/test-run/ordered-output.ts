/** The output of one step. */
export interface StepOutput {
  write(text: string | Buffer): void;
  /** Call it when the step has ended. */
  close(): void;
}

/**
 * Orders the output of steps that run at the same time: the output of the step that started first is written at once,
 * the output of the others is buffered until it is their step.
 */
export class OrderedOutput {
  readonly #output: (text: string | Buffer) => void;
  readonly #queue: { buffered: (string | Buffer)[]; closed: boolean }[] = [];

  constructor(output: (text: string | Buffer) => void) {
    this.#output = output;
  }

  open(): StepOutput {
    const step = { buffered: [] as (string | Buffer)[], closed: false };
    this.#queue.push(step);
    return {
      write: (text) => {
        if (this.#queue[0] === step) this.#output(text);
        else step.buffered.push(text);
      },
      close: () => {
        step.closed = true;
        this.#pass();
      },
    };
  }

  #pass(): void {
    while (this.#queue[0]?.closed) {
      this.#queue.shift();
      for (const text of this.#queue[0]?.buffered.splice(0) ?? []) this.#output(text);
    }
  }
}
