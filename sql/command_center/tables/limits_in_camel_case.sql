-- Members of our JSON are camelCase: limits that 0.2.0 stored get the names of now. What the audit tells of them stays as it was.
UPDATE command_center.command_features AS feature SET limits = (
    SELECT jsonb_object_agg(CASE stored.name WHEN 'max_per_minute' THEN 'maxPerMinute' WHEN 'cooldown_seconds' THEN 'cooldownSeconds'
        ELSE stored.name END, stored.value)
    FROM jsonb_each(feature.limits) AS stored (name, value))
WHERE jsonb_typeof(feature.limits) = 'object' AND feature.limits ?| '{max_per_minute, cooldown_seconds}';
