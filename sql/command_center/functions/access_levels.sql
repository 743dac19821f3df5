CREATE FUNCTION command_center.access_levels() RETURNS TABLE (level text, kind text, object text)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 100 SET search_path = pg_catalog, pg_temp
AS $access_levels$
    WITH own (level, functions, relations) AS (VALUES
        ('reader',
            '{is_valid_json, validate_json, lint_schema, validate_payload, explain_command, explain_event, asyncapi, get_dispatch, list_dispatches,
              list_commands, list_command_versions, list_routes, list_features, list_services, list_environments, list_modules, list_topics, list_events, list_subscriptions, list_consumer_offsets, access_levels, held_roles, is_operator, sees_every_tenant, visible_tenants,
              held_role_array, visible_tenant_array,
              overdue_commands, waiting_messages, days_ahead, refused_commands, foreign_publishers,
              held_identities}'::text[],
            -- Each row of a tenant is behind row security.
            '{services, environments, topics, event_types, subscriptions, consumer_offsets, command_templates, command_routes, command_features, shared_schemas, tenant_modules, tenant_roles, access_grants,
              command_dispatches, dispatch_events, dispatch_deadlines, health, outbox_status}'::text[]),
        ('dispatcher',
            '{execute_command, execute_commands, publish_event, acknowledge_command}', '{}'),
        ('relay',
            '{publisher_identity, publisher_of_shard, acquire_lease, release_lease, resume_publication, next_batch, batch_messages, park_messages, parked_through, hold_topic,
              begin_recovery, recover_messages, finish_recovery,
              free_topic, list_topics, list_topic_holds, wait_for_outbox, waiting_messages, maintain, tidy,
              list_subscriptions, list_consumer_offsets, begin_consuming, apply_messages, move_consumer_offset, acknowledge_message}', '{outbox_status}'),
        -- Watches, and sends and sees nothing.
        ('monitor',
            '{doctor, access_levels, database_identity, recorded_progress, list_topic_holds, overdue_commands, waiting_messages, days_ahead, refused_commands, foreign_publishers}',
            '{health, outbox_status}'),
        ('operator',
            '{register_command, deprecate_command, activate_command, register_schema, load_catalog, catalog_definitions, set_service, remove_service, set_topic, remove_topic, set_undeclared_topics, register_event, deprecate_event,
              set_subscription, reset_subscription, move_consumer_offset, remove_subscription, list_dead_letters, replay_dead_letters, discard_dead_letters, acknowledge_message,
              set_route, remove_route, simulate_route, set_feature, remove_feature, set_environment, remove_environment, enable_module, disable_module,
              find_dispatches, replay_dispatch, replay_dispatches, list_audit, list_parked, release_parked, discard_parked, list_topic_holds, doctor, maintain, tidy, database_identity, recorded_progress}',
            '{control_audit, transactional_outbox, parked_messages, parked_outcomes, topic_holds, key_holds, publication_formats, idempotency_keys, publishers, publisher_shards, publisher_leases, publication_batches, installation,
              dead_letters, dead_letter_events,
              setup_steps}'),
        ('admin',
            '{grant_access, revoke_access, bind_role, unbind_role, rebase_outbox, set_publishers, setup, lock_for_setup, setup_definitions, announce_change,
              policy_forms, use_distributed_policies, use_local_policies}', '{}')
    ), includes (level, functions_of, relations_of) AS (VALUES
        ('reader', '{reader}'::text[], '{reader}'::text[]),
        -- Needs no right on any table.
        ('dispatcher', '{reader, dispatcher}', '{}'),
        ('relay', '{relay}', '{relay}'),
        ('monitor', '{monitor}', '{monitor}'),
        ('operator', '{reader, dispatcher, operator}', '{reader, operator}'),
        ('admin', '{reader, dispatcher, operator, admin}', '{reader, operator, admin}')
    )
    SELECT includes.level, 'function', unnest(own.functions) FROM includes JOIN own ON own.level = ANY (includes.functions_of)
    UNION ALL
    SELECT includes.level, 'relation', unnest(own.relations) FROM includes JOIN own ON own.level = ANY (includes.relations_of)
$access_levels$;
COMMENT ON FUNCTION command_center.access_levels() IS
'What each level of grant_access may do: the functions it may call and the relations it may read.';
REVOKE ALL ON FUNCTION command_center.access_levels() FROM PUBLIC;
