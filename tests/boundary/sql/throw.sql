-- Whatever C++ throws becomes an SQL error, with everything our own error says.
SET search_path = boundary_test, pg_catalog;
CREATE FUNCTION thrown(way text) RETURNS TABLE (state text, message text, detail text, hint text, context text)
  LANGUAGE sql AS $$ SELECT state, message, detail, hint, context FROM error_of(format('SELECT fail(%L)', way)) $$;

-- enter
SELECT * FROM thrown('Error');
SELECT * FROM thrown('Error with a message only');
SELECT * FROM thrown('std::exception');
SELECT * FROM thrown('int');
SELECT * FROM thrown('no such thing');
SELECT * FROM aftermath();
-- A SQLSTATE that is none, or that says success, cannot be raised.
SELECT * FROM thrown('Error with a broken SQLSTATE');
SELECT * FROM thrown('Error with the SQLSTATE of success');
-- Nothing in a text is a format, and bytes that are no text do not reach the client.
SELECT * FROM thrown('Error with a percent sign');
SELECT * FROM thrown('Error with bytes that are no text');
-- Message and hint are cut between characters, a long detail is whole, an endless one is cut at a megabyte.
SELECT octet_length(message) AS message, message ~ '^ä+$' AS whole_characters, octet_length(detail) AS detail,
       detail ~ '^ö+$' AS detail_whole_characters, octet_length(hint) AS hint, hint ~ '^ü+$' AS hint_whole_characters
  FROM thrown('Error with long texts');
SELECT octet_length(detail) AS detail, replace(detail, 'ö', '') AS rest FROM thrown('Error with an endless detail');
SELECT * FROM aftermath();
-- A callback of a frame that the exception removed is not called.
SELECT state, message, context FROM error_of($$SELECT fail_under_context_callback('Error')$$);
SELECT state, message, context FROM error_of($$SELECT fail_under_context_callback('raise through call_pg')$$);
SELECT fail_under_context_callback('not at all');
SELECT * FROM aftermath();
-- enter, call_pg, SPI, enter
SELECT state, message, detail, hint, context
  FROM error_of($$SELECT query('SELECT boundary_test.fail(''Error'')')$$);
SELECT state, message, detail, hint FROM error_of($$SELECT query('SELECT boundary_test.fail(''std::exception'')')$$);
SELECT state, message, detail, hint FROM error_of($$SELECT query('SELECT boundary_test.fail(''int'')')$$);
SELECT * FROM aftermath();
-- make_in_context
SELECT state, message, detail, hint FROM error_of($$SELECT keep_object('transaction', 'Error')$$);
SELECT state, message, detail, hint FROM error_of($$SELECT keep_object('transaction', 'std::exception')$$);
SELECT state, message, detail, hint FROM error_of($$SELECT keep_object('transaction', 'int')$$);
SELECT * FROM aftermath();
-- Nobody handles it: what a client sees.
SELECT fail('Error');
\echo :LAST_ERROR_SQLSTATE
SELECT fail('int');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM aftermath();
