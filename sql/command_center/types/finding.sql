CREATE TYPE command_center.finding AS (
    severity text,
    keyword text,
    location text,
    message text
);
COMMENT ON TYPE command_center.finding IS
'One remark about a definition. severity: error or warning. location: a JSON pointer into the definition.';
