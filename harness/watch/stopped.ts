import type { PreparedFault } from '../../faults/fault.ts';

/**
 * Reads a component that the fault may have stopped.
 *
 * @returns `otherwise` if the read fails and the fault is one that stops the component.
 * @throws the error of the read, for any other fault.
 */
export async function unlessStopped<T>(
  { stops }: Pick<PreparedFault, 'stops'>,
  component: string,
  otherwise: T,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (stops.includes(component)) return otherwise;
    throw error;
  }
}
