import { z } from 'zod';
import type { Delivery } from '../../../core/record.ts';

const answer = z.object({
  description: z.string().optional().catch(undefined),
  result: z
    .object({
      from: z.object({ first_name: z.string() }).optional().catch(undefined),
      chat: z
        .object({ title: z.string().optional(), first_name: z.string().optional() })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

interface Answered {
  /** The sender: the bot's name in the Bot API. */
  readonly sender: string;
  readonly chat: string;
  /** The Bot API's error. */
  readonly refusal: string;
}

/** The content of the Bot API's response: https://core.telegram.org/bots/api#making-requests */
export function answerOf({ responseBody }: Delivery): Answered {
  const { description, result } = parsed(responseBody);
  const sender = result?.from?.first_name ?? 'bot';
  return {
    sender,
    chat: result?.chat?.title ?? result?.chat?.first_name ?? 'Telegram',
    refusal: description ?? responseBody,
  };
}

function parsed(body: string): z.output<typeof answer> {
  try {
    return answer.safeParse(JSON.parse(body)).data ?? {};
  } catch {
    return {};
  }
}
