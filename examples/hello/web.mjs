// A service without any library: it counts its requests, and Prometheus reads the counts at /metrics.
import { createServer } from 'node:http';

const [host, port] = process.argv.slice(2);
const counts = new Map();

const server = createServer(async (request, response) => {
  const { pathname: path } = new URL(request.url, 'http://web');
  if (path === '/ready') return response.end('ready');
  if (path === '/metrics') {
    const lines = [...counts].map(([labels, count]) => `web_requests_total{${labels}} ${count}\n`);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    return response.end(`# TYPE web_requests_total counter\n${lines.join('')}`);
  }
  const status = path === '/order' ? await order() : 200;
  const labels = `path="${path}",status="${status}"`;
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
  response.writeHead(status).end('hello');
});

/** Takes an item from the stock. */
async function order() {
  try {
    const answer = await fetch(`${process.env.STOCK_URL}/take`, {
      method: 'POST',
      signal: AbortSignal.timeout(1_000),
    });
    await answer.text();
    return answer.ok ? 201 : 502;
  } catch {
    return 504;
  }
}

server.listen(Number(port), host);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
