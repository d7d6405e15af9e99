import { z } from 'zod';
import { type LinkFault, linkAdminPort, linkFault } from '../core/link-fault.ts';
import { faultKind } from './fault.ts';
import { requestComponent } from './request-component.ts';

const params = linkFault.extend({
  /** Name of a link of the system with protocol http. */
  link: z.string().min(1),
});
type Params = z.output<typeof params>;

/** A share of the requests of a link fails, or is answered late or in part. */
export const httpLink = faultKind<Params>({
  kind: 'http-link',
  params,
  describe: ({ link, share, method, path, answer }) =>
    `${Math.round(share * 100)} % of the requests ${method ? `${method} ` : ''}${path} on ${link} ${told(answer)}`,
  needs: ({ link }) => ({ pods: ['link-proxy'], links: [link], abilities: [] }),
  // What the failure of a request does to those of users is not known.
  errorRatio: () => undefined,
  inject: ({ link, ...fault }, context) =>
    requestComponent(context, {
      ...faultOf(link),
      method: 'PUT',
      body: { ...fault, seed: context.seed },
    }),
  revert: ({ link }, context) => requestComponent(context, { ...faultOf(link), method: 'DELETE' }),
});

const faultOf = (link: string) => ({ pod: 'link-proxy', port: linkAdminPort, path: `/links/${link}/fault` });

function told(answer: LinkFault['answer']): string {
  if ('status' in answer) return `are answered ${answer.status}`;
  if ('delayMs' in answer) return `are answered ${answer.delayMs} ms later`;
  return 'truncate' in answer ? 'get half of the response' : 'are reset';
}
