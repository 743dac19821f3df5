// What a team would write by hand instead of the API: checks the payload with ajv, inserts the command and its message by one prepared
// statement of a pooled connection, and answers 202 once that is committed. As many processes as there are processors, as it would be run.
//
//   PEER_PORT, PEER_CONNECTIONS (of all processes together), PEER_SCHEMA (a file), PEER_TOKEN, PG*
'use strict';

const cluster = require('node:cluster');
const { randomUUID } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { availableParallelism } = require('node:os');

const processes = availableParallelism();

const insertPair = {
  name: 'insert-pair',
  text: `WITH command AS (
      INSERT INTO bare_commands (tenant_id, command_id, command_name, payload) VALUES ($1, $2, $3, $4) RETURNING command_id
    )
    INSERT INTO bare_outbox (command_id, topic, partition_key, headers, value)
    SELECT command.command_id, 'commands.primary', $5, $6, $7 FROM command`,
};

function serve() {
  const fastify = require('fastify')({ logger: false, bodyLimit: 1048576 });
  const Ajv = require('ajv/dist/2020');
  const { Pool } = require('pg');

  const ajv = new Ajv({ strict: false });
  require('ajv-formats')(ajv);
  const isValid = ajv.compile(JSON.parse(readFileSync(process.env.PEER_SCHEMA, 'utf8')));
  const pool = new Pool({ max: Math.max(1, Math.floor(Number(process.env.PEER_CONNECTIONS) / processes)) });
  const authorization = `Bearer ${process.env.PEER_TOKEN}`;

  fastify.post('/v1/commands/:commandName/execute', async (request, reply) => {
    if (request.headers.authorization !== authorization) return reply.code(401).send({ title: 'Unauthorized' });
    const payload = request.body;
    if (!isValid(payload)) return reply.code(422).send({ title: 'Unprocessable', errors: isValid.errors });
    const tenant = request.headers['x-tenant-id'];
    const { commandName } = request.params;
    const commandId = randomUUID();
    const correlationId = request.headers['x-correlation-id'] ?? commandId;
    const targetService = 'reservations-command-service';
    const metadata = {
      id: commandId, commandName, version: '1.0', issuedAt: new Date().toISOString(), tenantId: tenant,
      initiator: { userId: 'bench', role: 'ADMIN' }, routing: { targetService, alternateTargets: [] }, correlationId,
    };
    const headers = {
      ce_id: commandId, ce_type: commandName, ce_source: 'peer', ce_specversion: '1.0', ce_time: metadata.issuedAt,
      'content-type': 'application/json', 'x-command-target': targetService, 'x-tenant-id': tenant, 'x-correlation-id': correlationId,
    };
    await pool.query(insertPair, [tenant, commandId, commandName, JSON.stringify(payload), payload.reservation_id,
      JSON.stringify(headers), JSON.stringify({ metadata, payload })]);
    return reply.code(202).send({ status: 'accepted', commandId, commandName, targetService, correlationId });
  });

  fastify.listen({ host: '127.0.0.1', port: Number(process.env.PEER_PORT) }).catch((problem) => {
    console.error(problem);
    process.exit(1);
  });
}

if (cluster.isPrimary) {
  for (let i = 0; i < processes; i++) cluster.fork();
  let listening = 0;
  cluster.on('listening', () => {
    if (++listening === processes) console.log('listening');
  });
  const stop = () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
    process.exit(0);
  };
  process.on('SIGTERM', stop);
} else {
  serve();
}
