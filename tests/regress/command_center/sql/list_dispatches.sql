-- list_dispatches pages through a tenant's dispatches, newest first, and says of each what get_dispatch says.
\set SHOW_CONTEXT never
\set VERBOSITY terse
CALL test.start();
SELECT command_center.register_command('test.other', '{}', default_target => 'audit');
SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', 'r-' || n), test.tenant(), correlation_id => 'c-' || n)) FROM generate_series(1, 5) AS n;
SELECT status FROM command_center.execute_command('test.other', '{}', test.tenant(), correlation_id => 'c-6');
SELECT status FROM command_center.execute_command('test.book', '{"id": "theirs"}', test.tenant(2), correlation_id => 'c-1');

-- Another tenant's are never among them.
SELECT correlation_id, command_name, status, target_service, also_targets, mode, environment, property_id FROM command_center.list_dispatches(test.tenant());
SELECT correlation_id FROM command_center.list_dispatches(test.tenant(2));
SELECT count(*) FROM command_center.list_dispatches(test.tenant(3));

-- Pages meet without a gap and without a repetition.
SELECT array_agg(correlation_id) AS page, (array_agg(command_id))[2] AS last FROM command_center.list_dispatches(test.tenant(), page_size => 2) \gset
SELECT array_agg(correlation_id) AS page, (array_agg(command_id))[2] AS last FROM command_center.list_dispatches(test.tenant(), page_after => :'last', page_size => 2) \gset second_
SELECT :'page' AS first, :'second_page' AS second, array_agg(correlation_id) AS third FROM command_center.list_dispatches(test.tenant(), page_after => :'second_last', page_size => 3);
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), page_after => '00000000-0000-0000-0000-000000000000');
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), page_after => 'ffffffff-ffff-ffff-ffff-ffffffffffff');

-- Filters, alone and together.
SELECT correlation_id FROM command_center.list_dispatches(test.tenant(), command_name => 'test.other');
SELECT correlation_id FROM command_center.list_dispatches(test.tenant(), target_service => 'audit');
SELECT correlation_id FROM command_center.list_dispatches(test.tenant(), correlation_id => 'c-1');
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), command_name => 'test.book', target_service => 'audit');
SELECT received_at AS third_at FROM command_center.list_dispatches(test.tenant(), correlation_id => 'c-3') \gset
SELECT array_agg(correlation_id) FROM command_center.list_dispatches(test.tenant(), received_from => :'third_at') WHERE correlation_id < 'c-5';
SELECT array_agg(correlation_id) FROM command_center.list_dispatches(test.tenant(), received_before => :'third_at');
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), received_from => '-infinity', received_before => 'infinity');
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), received_from => 'infinity');
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), received_from => '4713-01-01 BC', received_before => '1969-01-01');
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), received_from => '294276-01-01');
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), received_before => '294276-12-31 23:59:59.999999+00');

-- The status of every one is the one that get_dispatch tells.
SELECT version FROM command_center.set_route('test.book', '{"targets": [{"serviceId": "bookings"}], "also": ["audit"]}');
SELECT count(command_center.execute_command('test.book', jsonb_build_object('id', 'r-' || n), test.tenant(), correlation_id => 'c-' || n)) FROM generate_series(7, 9) AS n;
SELECT command_center.acknowledge_command(test.tenant(), command_id, 'consumed', 'bookings') FROM command_center.list_dispatches(test.tenant(), correlation_id => 'c-2');
SELECT command_center.acknowledge_command(test.tenant(), command_id, 'completed', 'bookings') FROM command_center.list_dispatches(test.tenant(), correlation_id => 'c-3');
SELECT command_center.acknowledge_command(test.tenant(), command_id, 'failed', 'bookings') FROM command_center.list_dispatches(test.tenant(), correlation_id => 'c-4');
SELECT command_center.acknowledge_command(test.tenant(), command_id, 'ignored', 'bookings') FROM command_center.list_dispatches(test.tenant(), correlation_id => 'c-5');
SELECT command_center.acknowledge_command(test.tenant(), command_id, 'completed', 'bookings') FROM command_center.list_dispatches(test.tenant(), correlation_id => 'c-7');
SELECT batch_id, messages FROM command_center.next_batch('default', 0, max_messages => 9);
SELECT batch_id, messages FROM command_center.next_batch('default', 1, max_messages => 1);
SELECT correlation_id, status, status = command_center.get_dispatch(test.tenant(), command_id) ->> 'status' AS agreed FROM command_center.list_dispatches(test.tenant());
SELECT batch_id, messages FROM command_center.next_batch('default', 2);
SELECT batch_id, messages FROM command_center.next_batch('default', 3);
SELECT correlation_id, status, status = command_center.get_dispatch(test.tenant(), command_id) ->> 'status' AS agreed FROM command_center.list_dispatches(test.tenant());
SELECT status, array_agg(correlation_id) FROM unnest('{received,published,consumed,completed,failed,ignored}'::text[]) AS asked,
    command_center.list_dispatches(test.tenant(), status => asked) GROUP BY status ORDER BY status;

-- What cannot be.
SELECT command_center.list_dispatches(NULL);
\echo :SQLSTATE
SELECT command_center.list_dispatches(test.tenant(), page_size => NULL);
\echo :SQLSTATE
SELECT command_center.list_dispatches(test.tenant(), page_size => 0);
\echo :SQLSTATE
SELECT command_center.list_dispatches(test.tenant(), page_size => 1001);
\echo :SQLSTATE
SELECT count(*) FROM command_center.list_dispatches(test.tenant(), page_size => 1000);
SELECT command_center.list_dispatches(test.tenant(), status => 'accepted');
\echo :SQLSTATE
