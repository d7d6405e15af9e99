/** One speaker's way to the shared output. */
export interface StepOutput {
  write(text: string | Buffer): void;
  /** The speaker has ended. */
  close(): void;
}

/**
 * Lets steps that run side by side share one output: who began first speaks at once, what the others say is
 * kept until it is their turn.
 */
export class OrderedOutput {
  readonly #output: (text: string | Buffer) => void;
  readonly #queue: { kept: (string | Buffer)[]; closed: boolean }[] = [];

  constructor(output: (text: string | Buffer) => void) {
    this.#output = output;
  }

  open(): StepOutput {
    const turn = { kept: [] as (string | Buffer)[], closed: false };
    this.#queue.push(turn);
    return {
      write: (text) => {
        if (this.#queue[0] === turn) this.#output(text);
        else turn.kept.push(text);
      },
      close: () => {
        turn.closed = true;
        this.#pass();
      },
    };
  }

  #pass(): void {
    while (this.#queue[0]?.closed) {
      this.#queue.shift();
      for (const text of this.#queue[0]?.kept.splice(0) ?? []) this.#output(text);
    }
  }
}
