CREATE FUNCTION command_center.list_audit(
    action text DEFAULT NULL,
    actor text DEFAULT NULL,
    changed_from timestamptz DEFAULT NULL,
    changed_before timestamptz DEFAULT NULL,
    page_after uuid DEFAULT NULL,
    page_size integer DEFAULT 100)
RETURNS TABLE (audit_id uuid, changed_at timestamptz, session_role text, role text, actor text, action text, object text, before jsonb, after jsonb,
    reason text)
    LANGUAGE c STABLE PARALLEL UNSAFE ROWS 100 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'command_center_list_audit';
COMMENT ON FUNCTION command_center.list_audit(text, text, timestamptz, timestamptz, uuid, integer) IS
'Who changed what, and why (control_audit), newest first, a page (1 to 1000 rows) at a time; the audit_id of the last row is page_after of the next '
'page. action: the function that was called. Errors: KC003 when the caller may not act for every tenant, 22023 for a page_size that cannot be.';
REVOKE ALL ON FUNCTION command_center.list_audit(text, text, timestamptz, timestamptz, uuid, integer) FROM PUBLIC;
