import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

/** Posts JSON to a vendor's real address through a proxy, trusting the authority in a file, and reads the answer. */
export async function postThrough(
  proxyUrl: string,
  caFile: string,
  url: string,
  body: unknown,
): Promise<{ status: number; body: string }> {
  const agent = new Agent({
    proxyEnv: { HTTPS_PROXY: proxyUrl },
    ca: readFileSync(caFile),
  });
  const call = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } });
  return await answerOf(call.end(JSON.stringify(body)));
}

/** The same in the clear. */
export async function getThrough(proxyUrl: string, url: string): Promise<{ status: number; body: string }> {
  const agent = new HttpAgent({ proxyEnv: { HTTP_PROXY: proxyUrl } });
  return await answerOf(httpRequest(url, { agent }).end());
}

async function answerOf(call: ReturnType<typeof request>): Promise<{ status: number; body: string }> {
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { status: response.statusCode ?? 0, body };
}
