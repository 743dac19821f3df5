-- What setup() makes by itself.
COMMENT ON TABLE availability_guard.setup_steps IS 'Which steps of setup() were taken.';
COMMENT ON COLUMN availability_guard.setup_steps.step IS 'Number of the step.';
COMMENT ON COLUMN availability_guard.setup_steps.name IS 'Name of the step.';
COMMENT ON COLUMN availability_guard.setup_steps.done_at IS 'When it was taken.';
