// A service that nobody watches: it takes an item from the stock.
import { createServer } from 'node:http';

const [host, port] = process.argv.slice(2);
createServer((request, response) => {
  request.resume();
  response.end('{"left": 41}');
}).listen(Number(port), host);
