import { takesMessage } from './receivers/protocol.ts';
import type { Delivery } from './record.ts';

type Answered = Pick<Delivery, 'responseStatus' | 'refused'>;

/** Whether the receiver took the message. */
export const isAccepted = ({ responseStatus, refused }: Answered): boolean =>
  takesMessage({ status: responseStatus, refused });

/** Whether the message is lost with this answer: a sender repeats it after 429 and 5xx until it is accepted. */
export const isRefusedForGood = ({ responseStatus, refused }: Answered): boolean =>
  refused === true || (responseStatus >= 400 && responseStatus < 500 && responseStatus !== 429);

/** What the sender was told, in one line: `404 no_service`. */
export const answerText = ({
  responseStatus,
  responseBody,
  refused,
}: Answered & Pick<Delivery, 'responseBody'>): string =>
  [responseStatus || 'no answer', responseBody, refused ? '(refused)' : ''].filter(Boolean).join(' ');
