-- register_command checks a definition once, keeps versions, and refuses what it could not enforce.
\set SHOW_CONTEXT never
CALL test.start();

-- The same definition changes nothing; another one is the next version and the active one.
SELECT command_name, version, status FROM command_center.command_templates ORDER BY version;
SELECT FROM command_center.register_command('test.pay', '{"type": "object", "additionalProperties": false}', default_target => 'bookings');
SELECT FROM command_center.register_command('test.pay', '{"type": "object", "additionalProperties": false}', default_target => 'bookings');
SELECT FROM command_center.register_command('test.pay', '{"type": "object", "maxProperties": 3, "additionalProperties": false}', default_target => 'bookings');
SELECT FROM command_center.register_command('test.pay', '{"type": "object"}', status => 'draft');
SELECT version, status FROM command_center.command_templates WHERE command_name = 'test.pay' ORDER BY version;
SELECT status FROM command_center.execute_command('test.pay', '{}', test.tenant());
SELECT template_version FROM command_center.command_dispatches;

-- Warnings are answered, errors refuse the definition.
SELECT severity, keyword, location FROM command_center.register_command('test.open', '{"type": "object", "properties": {"a": {"type": "string"}}}', default_target => 'bookings') ORDER BY 1, 2, 3;
SELECT command_center.register_command('test.bad', '{"type": "text"}');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', '{"requird": ["a"]}');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', '{"$ref": "#/$defs/missing"}');
\echo :SQLSTATE

-- Examples are tests.
SELECT FROM command_center.register_command('test.tested', '{"type": "integer"}', examples => '{"valid": [1, 2], "invalid": ["1"]}');
SELECT command_center.register_command('test.bad', '{"type": "integer"}', examples => '{"valid": [1, "2"], "invalid": [3]}');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', '{"type": "integer"}', examples => '{"good": [1]}');
\echo :SQLSTATE

-- Versions, names, targets.
SELECT command_center.register_command('test.pay', '{"type": "object", "minProperties": 1}', version => 9);
\echo :SQLSTATE
SELECT command_center.register_command('test pay', 'true');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', topic => 'no/topic');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', partition_key => 'id');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', default_target => 'nobody');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', status => 'live');
\echo :SQLSTATE
SELECT command_center.register_command(NULL, 'true');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', NULL);
\echo :SQLSTATE

-- What a command requires is part of its definition; the order of names means nothing.
SELECT FROM command_center.register_command('test.guarded', 'true', required_modules => '{b,a,b}', required_roles => '{ADMIN}', availability => 'opt_in', sla => '1 minute');
SELECT FROM command_center.register_command('test.guarded', 'true', required_modules => '{a,b}', required_roles => '{ADMIN}', availability => 'opt_in', sla => '60 seconds');
SELECT FROM command_center.register_command('test.guarded', 'true', required_modules => '{a}', required_roles => '{ADMIN}', availability => 'opt_in', sla => '1 minute');
SELECT FROM command_center.register_command('test.guarded', 'true', required_modules => '{a}', required_roles => '{ADMIN,USER}', availability => 'opt_in', sla => '1 minute');
SELECT FROM command_center.register_command('test.guarded', 'true', required_modules => '{a}', required_roles => '{ADMIN,USER}', sla => '1 minute');
SELECT FROM command_center.register_command('test.guarded', 'true', required_modules => '{a}', required_roles => '{ADMIN,USER}', sla => '1 year');
SELECT FROM command_center.register_command('test.guarded', 'true', required_modules => NULL, required_roles => NULL, availability => NULL);
SELECT version, required_modules, required_roles, availability, sla FROM command_center.command_templates WHERE command_name = 'test.guarded' ORDER BY version;
SELECT command_center.register_command('test.bad', 'true', required_modules => '{""}');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', required_modules => '{a,NULL}');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', required_roles => ARRAY[repeat('r', 201)]);
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', required_roles => array_fill('r'::text, ARRAY[101]));
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', availability => 'never');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', sla => '0');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', sla => '-1 minute');
\echo :SQLSTATE
SELECT command_center.register_command('test.bad', 'true', sla => '1 year 1 microsecond');
\echo :SQLSTATE
SELECT count(*) FROM command_center.command_templates WHERE command_name = 'test.bad';

-- The key of the messages: a scalar where the pointer finds one, else the tenant.
SELECT FROM command_center.register_command('test.key', 'true', default_target => 'bookings', partition_key => '/a/1/b~1c');
SELECT FROM command_center.execute_command('test.key', '{"a": [0, {"b/c": 1.50}]}', test.tenant());
SELECT FROM command_center.execute_command('test.key', '{"a": [0, {"b/c": true}]}', test.tenant());
SELECT FROM command_center.execute_command('test.key', '{"a": [0, {"b/c": {}}]}', test.tenant());
SELECT FROM command_center.execute_command('test.key', '{"a": [0]}', test.tenant());
SELECT FROM command_center.execute_command('test.key', '3', test.tenant());
SELECT partition_key FROM command_center.transactional_outbox WHERE headers ->> 'x-command-name' = 'test.key' ORDER BY "position";

-- Topics: the template's, else the service's, else commands.primary.
SELECT FROM command_center.register_command('test.audit', 'true', default_target => 'audit');
SELECT FROM command_center.register_command('test.own', 'true', default_target => 'audit', topic => 'test.topic');
SELECT FROM command_center.execute_command('test.audit', '1', test.tenant());
SELECT FROM command_center.execute_command('test.own', '1', test.tenant());
SELECT headers ->> 'x-command-name' AS command, topic FROM command_center.transactional_outbox ORDER BY "position" DESC LIMIT 3;

-- A partition_key that no payload has is an error, one that some lack a warning, also as to what that means when ordered.
CALL test.start();
SELECT command_center.register_command('test.keyed', '{"type": "object", "additionalProperties": false, "required": ["id"], "properties": {"id": {"type": "string"}}}',
    default_target => 'bookings', partition_key => '/di');
\echo :SQLSTATE
SELECT command_center.register_command('test.keyed', '{"type": "object", "properties": {"id": {"type": "object"}}}', default_target => 'bookings', partition_key => '/id');
\echo :SQLSTATE
SELECT keyword, location, message FROM command_center.register_command('test.keyed', '{"type": "object", "properties": {"id": {"type": "string"}}}',
    default_target => 'bookings', partition_key => '/id', ordered => true) WHERE keyword = 'partition_key';
SELECT keyword, location, message FROM command_center.register_command('test.keyed', '{"type": "object", "required": ["id"], "properties": {"id": {"type": "number"}}}',
    default_target => 'bookings', partition_key => '/id') WHERE keyword = 'partition_key';
SELECT count(*) FROM command_center.register_command('test.keyed', '{"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}',
    default_target => 'bookings', partition_key => '/id');
SELECT keyword, location, message FROM command_center.register_command('test.keyed', '{"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}',
    default_target => 'bookings', ordered => true);
-- Where the schema does not tell, the examples do.
SELECT command_center.register_schema('https://example.test/guest', '{"type": "object"}');
SELECT keyword, location, message FROM command_center.register_command('test.elsewhere', '{"$ref": "https://example.test/guest"}', partition_key => '/ids/1',
    examples => '{"valid": [{"ids": [1, 2]}, {"ids": [1]}, {"ids": [1, ""]}, {"ids": {"1": true}}], "invalid": [1]}');

-- What the active version has and a new one leaves out is said, whether it is left out or given as the default; not what is changed.
CALL test.start();
SELECT FROM command_center.register_command('test.full', 'true', 'Does it all.', 'bookings', 'test.full', '{b,a}', '{USER}', 'opt_in', '/id', true, '1 minute');
SELECT keyword, location, message FROM command_center.register_command('test.full', 'true', 'Does more.', 'audit', 'test.more', '{c}', '{ADMIN}', 'opt_in', '/ref', true, '2 minutes');
SELECT severity, keyword, location, message FROM command_center.register_command('test.full', 'false', status => 'draft');
SELECT count(*) FROM command_center.register_command('test.full', 'false', status => 'draft');
SELECT count(*) FROM command_center.register_command('test.full', 'false', status => 'deprecated') AS it_replaces_nothing;
SELECT keyword, message FROM command_center.register_command('test.full', 'false', 'Does more.', required_modules => NULL, required_roles => '{}', ordered => false);
SELECT count(*) FROM command_center.register_command('test.full', 'true', 'Does more.');
SELECT count(*) FROM command_center.register_command('test.full', 'false', repeat('long ', 100));
SELECT length(message) FROM command_center.register_command('test.full', 'true');

-- A default target that takes no commands is said.
SELECT command_center.set_service('audit', status => 'draining');
SELECT * FROM command_center.register_command('test.later', 'true', default_target => 'audit');
SELECT command_center.set_service('audit', status => 'down');
SELECT message FROM command_center.register_command('test.later', 'true', default_target => 'audit');
SELECT command_center.set_service('audit', status => 'healthy');
SELECT count(*) FROM command_center.register_command('test.later', 'true', default_target => 'audit');
