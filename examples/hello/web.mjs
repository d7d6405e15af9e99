// A service without any library: it counts its requests, and tells Prometheus at /metrics.
import { createServer } from 'node:http';

const [host, port] = process.argv.slice(2);
const requests = new Map();

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://web');
  if (pathname === '/ready') return response.end('ready');
  if (pathname === '/metrics') {
    const lines = [...requests].map(([path, count]) => `web_requests_total{path="${path}"} ${count}`);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    return response.end(`# TYPE web_requests_total counter\n${lines.join('\n')}\n`);
  }
  requests.set(pathname, (requests.get(pathname) ?? 0) + 1);
  response.end('hello');
});
server.listen(Number(port), host);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
