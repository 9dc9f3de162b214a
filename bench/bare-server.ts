import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';

// What the application is measured against: Fastify with nothing around it, sending a ready body. Arguments: file, content type.
const [, , file = '', contentType = ''] = process.argv;
const body = readFileSync(file);
const server = fastify();
server.get('/', (_request, reply) => reply.header('content-type', contentType).send(body));
process.send?.(await server.listen({ port: 0, host: '127.0.0.1' }));
